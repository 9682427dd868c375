{{/* What Helm says when a release is installed. A template of its own, so that a test can render it without a cluster. */}}
{{- define "llm-simulator.notes" -}}
{{- $facts := include "llm-simulator.facts" . | fromYaml -}}
{{- $name := include "llm-simulator.fullname" . -}}
{{- $scheme := ternary "https" "http" $facts.hasTls -}}
LLM-Simulator {{ .Chart.AppVersion }} is installed as {{ $name }} in the namespace {{ .Release.Namespace }}.

Wait until it serves, and see that it does:

  kubectl --namespace {{ .Release.Namespace }} rollout status deployment/{{ $name }}
{{- if .Values.tests.enabled }}
  helm test {{ .Release.Name }} --namespace {{ .Release.Namespace }}
{{- end }}

Clients in the cluster use {{ $scheme }}://{{ $name }}.{{ .Release.Namespace }}.svc{{ if ne (int .Values.service.port) (ternary 443 80 $facts.hasTls) }}:{{ .Values.service.port }}{{ end }} as the base URL of their SDK, with /v1 behind it for OpenAI's.
{{- if .Values.ingress.enabled }}
Clients outside of it use{{ range .Values.ingress.hosts }} {{ ternary "https" "http" (not (empty $.Values.ingress.tls)) }}://{{ .host }}{{ end }}.
{{- end }}
From here:

  kubectl --namespace {{ .Release.Namespace }} port-forward service/{{ $name }} 8080:{{ .Values.service.port }}
  curl {{ if $facts.hasTls }}--insecure {{ end }}{{ $scheme }}://localhost:8080/v1/models

{{ if not $facts.hasAdmin -}}
There is no /admin: config.admin.enabled is false.
{{- else if or .Values.admin.apiKey .Values.admin.existingSecret -}}
/admin asks for the key in the Secret {{ include "llm-simulator.adminSecret" . }}.
{{- else if $facts.hasAdminKey -}}
/admin asks for the key in config.admin.api_key.
{{- else if not $facts.setsAdminAddresses -}}
/admin has no key, so it answers to the pods themselves alone, which is where a port-forward comes from. admin.existingSecret opens it to those who have a key.
{{- end }}
{{ if eq .Values.configReload "watch" -}}
A change of config reaches running pods within some two minutes, without a connection being closed.
{{- else -}}
A change of config replaces the pods one after another.
{{- end }}
{{- if and .Values.pdb.enabled (not (include "llm-simulator.hasPdb" .)) }}

There is no PodDisruptionBudget: {{ include "llm-simulator.fewestReplicas" . }} pods are not more than pdb.minAvailable ({{ .Values.pdb.minAvailable }}), and no node could be drained.
{{- end }}
{{- if and .Values.serviceMonitor.enabled (not (.Capabilities.APIVersions.Has "monitoring.coreos.com/v1")) }}

The cluster did not name monitoring.coreos.com/v1 among its types, which the ServiceMonitor needs: install the Prometheus operator first.
{{- end }}
{{- end -}}
