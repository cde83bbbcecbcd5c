// Command weights-plugin sets the weights of an HTTPRoute for the controller of Argo Rollouts. It stands in for the plugin argoproj-labs/gatewayAPI, which could not be had as a Go module here: it is called by
// the same protocol, takes the same two settings (httpRoute, namespace), and writes the same two fields. Header routes, other kinds of routes and the label that the real one sets are
// not there.
package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"

	"github.com/argoproj/argo-rollouts/pkg/apis/rollouts/v1alpha1"
	"github.com/argoproj/argo-rollouts/rollout/trafficrouting/plugin/rpc"
	"github.com/argoproj/argo-rollouts/utils/plugin/types"
	"github.com/hashicorp/go-plugin"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/apis/meta/v1/unstructured"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/client-go/dynamic"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/client-go/util/retry"
)

const name = "argoproj-labs/gatewayAPI"

var routes = schema.GroupVersionResource{Group: "gateway.networking.k8s.io", Version: "v1", Resource: "httproutes"}

func main() {
	plugin.Serve(&plugin.ServeConfig{
		HandshakeConfig: plugin.HandshakeConfig{ProtocolVersion: 1, MagicCookieKey: "ARGO_ROLLOUTS_RPC_PLUGIN", MagicCookieValue: "trafficrouter"},
		Plugins:         map[string]plugin.Plugin{"RpcTrafficRouterPlugin": &rpc.RpcTrafficRouterPlugin{Impl: &router{}}},
	})
}

type settings struct {
	HTTPRoute string `json:"httpRoute"`
	Namespace string `json:"namespace"`
}

type router struct {
	client dynamic.Interface
}

func (r *router) InitPlugin() types.RpcError {
	config, err := clientcmd.BuildConfigFromFlags("", os.Getenv("KUBECONFIG"))
	if err == nil {
		r.client, err = dynamic.NewForConfig(config)
	}
	return said(err)
}

// SetWeight gives the canary Service its weight in every rule that names both Services, and the rest to the stable one.
func (r *router) SetWeight(rollout *v1alpha1.Rollout, weight int32, _ []v1alpha1.WeightDestination) types.RpcError {
	var set settings
	if err := json.Unmarshal(rollout.Spec.Strategy.Canary.TrafficRouting.Plugins[name], &set); err != nil {
		return said(err)
	}
	client := r.client.Resource(routes).Namespace(set.Namespace)
	return said(retry.RetryOnConflict(retry.DefaultRetry, func() error {
		route, err := client.Get(context.Background(), set.HTTPRoute, metav1.GetOptions{})
		if err != nil {
			return err
		}
		changed, err := share(route, rollout.Spec.Strategy.Canary, int64(weight))
		if err != nil || !changed {
			return err
		}
		_, err = client.Update(context.Background(), route, metav1.UpdateOptions{})
		return err
	}))
}

// share writes the weights and tells whether they were others before.
func share(route *unstructured.Unstructured, canary *v1alpha1.CanaryStrategy, weight int64) (bool, error) {
	rules, _, err := unstructured.NestedSlice(route.Object, "spec", "rules")
	if err != nil {
		return false, err
	}
	wanted := map[string]int64{canary.CanaryService: weight, canary.StableService: 100 - weight}
	found := map[string]bool{}
	changed := false
	for _, rule := range rules {
		refs, _, err := unstructured.NestedSlice(rule.(map[string]any), "backendRefs")
		if err != nil {
			return false, err
		}
		for _, one := range refs {
			ref := one.(map[string]any)
			service, _ := ref["name"].(string)
			if to, ours := wanted[service]; ours {
				found[service] = true
				changed = changed || ref["weight"] != to
				ref["weight"] = to
			}
		}
		rule.(map[string]any)["backendRefs"] = refs
	}
	if len(found) != 2 {
		return false, fmt.Errorf("HTTPRoute %s does not name both %s and %s", route.GetName(), canary.StableService, canary.CanaryService)
	}
	return changed, unstructured.SetNestedSlice(route.Object, rules, "spec", "rules")
}

func said(err error) types.RpcError {
	if err == nil {
		return types.RpcError{}
	}
	return types.RpcError{ErrorString: err.Error()}
}

func (r *router) UpdateHash(*v1alpha1.Rollout, string, string, []v1alpha1.WeightDestination) types.RpcError {
	return types.RpcError{}
}

func (r *router) VerifyWeight(*v1alpha1.Rollout, int32, []v1alpha1.WeightDestination) (types.RpcVerified, types.RpcError) {
	return types.NotImplemented, types.RpcError{}
}

func (r *router) SetHeaderRoute(*v1alpha1.Rollout, *v1alpha1.SetHeaderRoute) types.RpcError {
	return types.RpcError{ErrorString: "header routes are not known here"}
}

func (r *router) SetMirrorRoute(*v1alpha1.Rollout, *v1alpha1.SetMirrorRoute) types.RpcError {
	return types.RpcError{ErrorString: "mirrors are not known here"}
}

func (r *router) RemoveManagedRoutes(*v1alpha1.Rollout) types.RpcError {
	return types.RpcError{}
}

func (r *router) Type() string {
	return name
}
