// An OpenTelemetry Collector that takes OTLP over gRPC and HTTP and writes what it got to standard output, a JSON document of OTLP per line. Built
// of the collector's own parts for scripts/otel-collector-check, and of no use besides.
package main

import (
	"context"
	"log"
	"os"

	"go.opentelemetry.io/collector/component"
	"go.opentelemetry.io/collector/confmap"
	"go.opentelemetry.io/collector/confmap/provider/fileprovider"
	"go.opentelemetry.io/collector/consumer"
	"go.opentelemetry.io/collector/exporter"
	"go.opentelemetry.io/collector/otelcol"
	"go.opentelemetry.io/collector/pdata/ptrace"
	"go.opentelemetry.io/collector/receiver"
	"go.opentelemetry.io/collector/receiver/otlpreceiver"
	"go.opentelemetry.io/collector/service/telemetry/otelconftelemetry"
)

// lines writes every batch of traces as a line.
type lines struct {
	component.StartFunc
	component.ShutdownFunc
	marshaler ptrace.JSONMarshaler
}

func (*lines) Capabilities() consumer.Capabilities { return consumer.Capabilities{} }

func (l *lines) ConsumeTraces(_ context.Context, traces ptrace.Traces) error {
	text, err := l.marshaler.MarshalTraces(traces)
	if err == nil {
		_, err = os.Stdout.Write(append(text, '\n'))
	}
	return err
}

type none struct{}

func newLines(context.Context, exporter.Settings, component.Config) (exporter.Traces, error) {
	return &lines{}, nil
}

func factories() (otelcol.Factories, error) {
	receivers, err := otelcol.MakeFactoryMap[receiver.Factory](otlpreceiver.NewFactory())
	if err != nil {
		return otelcol.Factories{}, err
	}
	toLines := exporter.NewFactory(
		component.MustNewType("lines"),
		func() component.Config { return &none{} },
		exporter.WithTraces(newLines, component.StabilityLevelDevelopment),
	)
	exporters, err := otelcol.MakeFactoryMap[exporter.Factory](toLines)
	return otelcol.Factories{
		Receivers: receivers,
		Exporters: exporters,
		Telemetry: otelconftelemetry.NewFactory(),
	}, err
}

func main() {
	command := otelcol.NewCommand(otelcol.CollectorSettings{
		BuildInfo: component.BuildInfo{Command: "otel-collector", Description: "OTLP to lines", Version: "0.165.0"},
		Factories: factories,
		ConfigProviderSettings: otelcol.ConfigProviderSettings{
			ResolverSettings: confmap.ResolverSettings{
				DefaultScheme:     "file",
				ProviderFactories: []confmap.ProviderFactory{fileprovider.NewFactory()},
			},
		},
	})
	if err := command.Execute(); err != nil {
		log.Fatal(err)
	}
}
