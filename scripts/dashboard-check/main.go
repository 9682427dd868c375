// Reads a dashboard by Grafana's own model of dashboards, panels, options and queries (its Foundation SDK, generated from the schemas that
// Grafana itself uses) and fails on what Grafana would not know: fields with other names, values of other types, missing parts.
//
//	go run . ../../deploy/grafana/dashboards/llm-simulator.json
package main

import (
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog/plugins"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
)

func check(file string) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	plugins.RegisterDefaultPlugins()
	var read dashboard.Dashboard
	if err := read.UnmarshalJSONStrict(raw); err != nil {
		return err
	}
	return read.Validate()
}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: dashboard-check FILE")
		os.Exit(64)
	}
	if err := check(os.Args[1]); err != nil {
		fmt.Fprintf(os.Stderr, "dashboard-check: %s:\n%v\n", os.Args[1], err)
		os.Exit(1)
	}
}
