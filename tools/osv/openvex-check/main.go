// Reads OpenVEX documents as OpenVEX's own library does and checks each statement.
package main

import (
	"fmt"
	"os"

	"github.com/openvex/go-vex/pkg/vex"
)

func main() {
	for _, file := range os.Args[1:] {
		document, err := vex.Open(file)
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %v\n", file, err)
			os.Exit(1)
		}
		for _, statement := range document.Statements {
			if err := statement.Validate(); err != nil {
				fmt.Fprintf(os.Stderr, "%s: %s: %v\n", file, statement.Vulnerability.Name, err)
				os.Exit(1)
			}
			fmt.Printf("%s %s %s\n", statement.Vulnerability.Name, statement.Status, statement.Justification)
		}
	}
}
