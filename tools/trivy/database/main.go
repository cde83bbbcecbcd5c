// Writes a small database of vulnerabilities in the form of Trivy's own: a file of bbolt with buckets in buckets.
//
//	trivy-database FILE < TREE
//
// TREE is JSON: an object is a bucket, and any other value is stored as JSON under its name. An object that shall be a value stands in a list of its own.
// Source of the form: https://github.com/aquasecurity/trivy-db/blob/main/pkg/db/db.go
package main

import (
	"encoding/json"
	"fmt"
	"os"

	bolt "go.etcd.io/bbolt"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: trivy-database FILE < TREE")
		os.Exit(2)
	}
	if err := write(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type bucket interface {
	CreateBucketIfNotExists(name []byte) (*bolt.Bucket, error)
}

func write(file string) error {
	var tree map[string]map[string]any
	if err := json.NewDecoder(os.Stdin).Decode(&tree); err != nil {
		return err
	}
	db, err := bolt.Open(file, 0o644, nil)
	if err != nil {
		return err
	}
	if err := db.Update(func(tx *bolt.Tx) error {
		for name, values := range tree {
			if err := put(tx, name, values); err != nil {
				return err
			}
		}
		return nil
	}); err != nil {
		return err
	}
	return db.Close()
}

func put(parent bucket, name string, values map[string]any) error {
	own, err := parent.CreateBucketIfNotExists([]byte(name))
	if err != nil {
		return err
	}
	for key, value := range values {
		switch value := value.(type) {
		case map[string]any:
			if err := put(own, key, value); err != nil {
				return err
			}
		case []any:
			if len(value) != 1 {
				return fmt.Errorf("%s %s: a list of %d values", name, key, len(value))
			}
			text, err := json.Marshal(value[0])
			if err != nil {
				return err
			}
			if err := own.Put([]byte(key), text); err != nil {
				return err
			}
		default:
			return fmt.Errorf("%s %s: neither a bucket nor a value in a list", name, key)
		}
	}
	return nil
}
