// Reads a dashboard by Grafana's own model of dashboards, panels, options and queries (its Foundation SDK, generated from the schemas that
// Grafana itself uses) and fails on what Grafana would not know: fields with other names, values of other types, missing parts.
//
//	go run . ../../deploy/grafana/dashboards/llm-simulator.json
package main

import (
	"errors"
	"fmt"
	"os"

	"github.com/grafana/grafana-foundation-sdk/go/cog"
	"github.com/grafana/grafana-foundation-sdk/go/cog/variants"
	"github.com/grafana/grafana-foundation-sdk/go/dashboard"
	"github.com/grafana/grafana-foundation-sdk/go/gauge"
	"github.com/grafana/grafana-foundation-sdk/go/heatmap"
	"github.com/grafana/grafana-foundation-sdk/go/prometheus"
	"github.com/grafana/grafana-foundation-sdk/go/stat"
	"github.com/grafana/grafana-foundation-sdk/go/statetimeline"
	"github.com/grafana/grafana-foundation-sdk/go/timeseries"
)

// The kinds of panels that the dashboard has. The options of any other would pass unread, so check refuses them.
var panels = map[string]func() variants.PanelcfgConfig{
	"gauge":          gauge.VariantConfig,
	"heatmap":        heatmap.VariantConfig,
	"stat":           stat.VariantConfig,
	"state-timeline": statetimeline.VariantConfig,
	"timeseries":     timeseries.VariantConfig,
}

func check(file string) error {
	raw, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	runtime := cog.NewRuntime()
	runtime.RegisterDataqueryVariant(prometheus.VariantConfig())
	for _, config := range panels {
		runtime.RegisterPanelcfgVariant(config())
	}
	var read dashboard.Dashboard
	if err := read.UnmarshalJSONStrict(raw); isMistake(err) {
		return err
	}
	for _, panel := range read.Panels {
		if panel.Panel == nil {
			continue
		}
		if _, known := panels[panel.Panel.Type]; !known {
			return fmt.Errorf("panels of the type %s are not checked", panel.Panel.Type)
		}
	}
	return read.Validate()
}

// The SDK gives a list of mistakes also where it is empty.
func isMistake(err error) bool {
	var mistakes cog.BuildErrors
	if errors.As(err, &mistakes) {
		return len(mistakes) > 0
	}
	return err != nil
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
