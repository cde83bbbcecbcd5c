#!/bin/sh
# certificates.sh DIR ADDRESS NODE: a certificate authority of this cluster alone, and what its programs need of it: certificates, keys and kubeconfig files.
set -eu
cd "$1"
address=$2
node=$3

key() { openssl ecparam -name prime256v1 -genkey -noout -out "$1.key"; }

# sign NAME SUBJECT EXTENSION
sign() {
  key "$1"
  echo "$3" > "$1.ext"
  openssl req -new -key "$1.key" -subj "$2" -out "$1.csr"
  openssl x509 -req -in "$1.csr" -CA ca.crt -CAkey ca.key -CAcreateserial -days 30 -extfile "$1.ext" -out "$1.crt" 2> /dev/null
  rm "$1.csr" "$1.ext"
}

# access NAME SUBJECT
access() {
  sign "$1" "$2" extendedKeyUsage=clientAuth
  cat > "$1.kubeconfig" << END
apiVersion: v1
kind: Config
clusters:
  - name: lab
    cluster: { server: "https://$address:6443", certificate-authority-data: $(base64 -w0 ca.crt) }
users:
  - name: $1
    user: { client-certificate-data: $(base64 -w0 "$1.crt"), client-key-data: $(base64 -w0 "$1.key") }
contexts:
  - name: lab
    context: { cluster: lab, user: $1 }
current-context: lab
END
}

key ca
openssl req -x509 -new -key ca.key -subj /CN=lab-ca -days 30 -out ca.crt
key sa
openssl ec -in sa.key -pubout -out sa.pub 2> /dev/null
names=DNS:localhost,DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local
sign apiserver /CN=kube-apiserver "subjectAltName=IP:127.0.0.1,IP:$address,IP:10.96.0.1,$names"
sign kubelet-serving "/CN=$node" "subjectAltName=IP:$address,DNS:$node"
sign apiserver-kubelet /O=system:masters/CN=apiserver extendedKeyUsage=clientAuth
# By this the API server shows others, such as metrics-server, for whom it asks.
sign front-proxy /CN=front-proxy extendedKeyUsage=clientAuth
access admin /O=system:masters/CN=admin
access controller-manager /CN=system:kube-controller-manager
access scheduler /CN=system:kube-scheduler
access kubelet "/O=system:nodes/CN=system:node:$node"
access proxy /CN=system:kube-proxy
