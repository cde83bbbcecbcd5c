// The write-back rule of Argo CD Image Updater for Helm values, as its source has it (pkg/argocd/update.go, main of August 2026): decode the
// file into a node of goyaml.v3, change Value and Tag of one scalar, encode with an indent of 2 and compact lists. One request per line of
// standard input, one answer per line of standard output.
package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"strconv"

	yaml "go.yaml.in/yaml/v3"
)

type request struct {
	Text  string `json:"text"`
	Keys  []any  `json:"keys"`
	Value string `json:"value"`
}

type answer struct {
	Text  string `json:"text"`
	Error string `json:"error"`
}

func step(node *yaml.Node, key any) (*yaml.Node, error) {
	if node.Kind == yaml.AliasNode {
		node = node.Alias
	}
	switch at := key.(type) {
	case float64:
		if node.Kind == yaml.SequenceNode && int(at) < len(node.Content) {
			return node.Content[int(at)], nil
		}
	case string:
		for i := 0; node.Kind == yaml.MappingNode && i+1 < len(node.Content); i += 2 {
			if node.Content[i].Value == at {
				return node.Content[i+1], nil
			}
		}
	}
	return nil, fmt.Errorf("nothing at %v", key)
}

func set(r request) (text string, err error) {
	defer func() {
		if caught := recover(); caught != nil {
			err = fmt.Errorf("panic: %v", caught)
		}
	}()
	var document yaml.Node
	if err := yaml.Unmarshal([]byte(r.Text), &document); err != nil {
		return "", err
	}
	if len(document.Content) == 0 {
		return "", fmt.Errorf("empty")
	}
	node := document.Content[0]
	for _, key := range r.Keys {
		if node, err = step(node, key); err != nil {
			return "", err
		}
	}
	if node.Kind != yaml.ScalarNode {
		return "", fmt.Errorf("no scalar: kind %s", strconv.Itoa(int(node.Kind)))
	}
	node.Value = r.Value
	node.Tag = "!!str"
	var out bytes.Buffer
	encoder := yaml.NewEncoder(&out)
	encoder.SetIndent(2)
	encoder.CompactSeqIndent()
	if err := encoder.Encode(&document); err != nil {
		return "", err
	}
	err = encoder.Close()
	return out.String(), err
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 64<<20)
	out := json.NewEncoder(os.Stdout)
	for lines.Scan() {
		var r request
		var a answer
		if err := json.Unmarshal(lines.Bytes(), &r); err != nil {
			a.Error = err.Error()
		} else if text, err := set(r); err != nil {
			a.Error = err.Error()
		} else {
			a.Text = text
		}
		if err := out.Encode(a); err != nil {
			panic(err)
		}
	}
}
