{{/*
The configuration that pods get: .Values.config, with what other values say of it. files/defaults.yaml has the simulator's own defaults,
as far as the chart has to know them.
*/}}
{{- define "llm-simulator.configFolder" -}}
/app/config
{{- end -}}

{{- define "llm-simulator.tlsFolder" -}}
/app/tls
{{- end -}}

{{- define "llm-simulator.config" -}}
{{- $config := deepCopy (.Values.config | default dict) -}}
{{- range $file, $text := .Values.scenarioFiles -}}
  {{- $scenarios := fromYaml $text -}}
  {{- if hasKey $scenarios "Error" -}}
    {{- fail (printf "scenarioFiles.%s is no YAML mapping: %s" $file $scenarios.Error) -}}
  {{- end -}}
  {{- $config = mergeOverwrite $config (dict "scenarios" $scenarios) -}}
{{- end -}}
{{- if .Values.tls.enabled -}}
  {{- $folder := include "llm-simulator.tlsFolder" . -}}
  {{- $tls := dict "enabled" true "cert" (printf "%s/tls.crt" $folder) "key" (printf "%s/tls.key" $folder) -}}
  {{- $config = mergeOverwrite $config (dict "server" (dict "tls" $tls)) -}}
{{- end -}}
{{- toYaml $config -}}
{{- end -}}

{{/* What depends on the configuration, as YAML: ports, whether there is a metrics port, TLS, seconds for draining. */}}
{{- define "llm-simulator.facts" -}}
{{- $defaults := .Files.Get "files/defaults.yaml" | fromYaml -}}
{{- $config := include "llm-simulator.config" . | fromYaml -}}
port: {{ dig "server" "port" $defaults.port $config | int }}
metricsPort: {{ dig "telemetry" "metrics" "prometheus_port" $defaults.metricsPort $config | int }}
hasMetrics: {{ dig "telemetry" "metrics" "enabled" true $config }}
hasTls: {{ dig "server" "tls" "enabled" false $config }}
setsWorkers: {{ hasKey ($config.server | default dict) "workers" }}
setsSpare: {{ hasKey ($config.server | default dict) "spare_acceptor" }}
hasAdmin: {{ dig "admin" "enabled" true $config }}
hasAdminKey: {{ not (empty (coalesce .Values.admin.apiKey .Values.admin.existingSecret (dig "admin" "api_key" "" $config))) }}
setsAdminAddresses: {{ hasKey ($config.admin | default dict) "allowed_ips" }}
tracesUrl: {{ ternary (dig "telemetry" "tracing" "otlp_endpoint" $defaults.otlpEndpoint $config) "" (dig "telemetry" "tracing" "enabled" false $config) | quote }}
{{- /* redis.port says where the Redis of a URL listens that stands in a Secret of the user's. */}}
{{- $redisUrl := ternary .Values.redis.url (dig "state" "redis" "url" "" $config) .Values.redis.enabled }}
hasRedis: {{ or .Values.redis.enabled (eq (dig "state" "backend" "" $config) "redis") }}
redisPort: {{ include "llm-simulator.portOf" (dict "url" $redisUrl "default" (ternary .Values.redis.port 6379 (empty $redisUrl))) }}
{{- $lameDuck := dig "server" "lame_duck_secs" $defaults.lameDuckSecs $config }}
{{- $shutdown := dig "server" "shutdown_timeout_secs" $defaults.shutdownTimeoutSecs $config }}
drainSeconds: {{ addf $lameDuck $shutdown | ceil | int }}
{{- end -}}

{{- define "llm-simulator.gracePeriod" -}}
{{- $drain := (include "llm-simulator.facts" . | fromYaml).drainSeconds | int -}}
{{- if kindIs "invalid" .Values.terminationGracePeriodSeconds -}}
{{- add $drain (int .Values.terminationGraceMarginSeconds) -}}
{{- else -}}
{{- int .Values.terminationGracePeriodSeconds -}}
{{- end -}}
{{- end -}}

{{/* simulator.yaml and what lies beside it: the data of the ConfigMap or Secret. */}}
{{- define "llm-simulator.configFiles" -}}
simulator.yaml: |
  {{- include "llm-simulator.config" . | nindent 2 }}
{{- range $name, $text := .Values.extraConfigFiles }}
{{ $name }}: {{ toJson $text }}
{{- end }}
{{- end -}}

{{/*
What pods are replaced for when it changes. With configReload: rollout it is all of the configuration; with watch the keys alone that a
running server does not take, since it reloads the others by itself, and the files beside it, which it does not look at.
*/}}
{{- define "llm-simulator.configChecksum" -}}
{{- if eq .Values.configReload "watch" -}}
  {{- $config := include "llm-simulator.config" . | fromYaml -}}
  {{- $kept := dict -}}
  {{- range $path := (.Files.Get "files/defaults.yaml" | fromYaml).restartKeys -}}
    {{- $value := $config -}}
    {{- range $key := splitList "." $path -}}
      {{- $value = ternary (get (ternary $value dict (kindIs "map" $value)) $key) "" (kindIs "map" $value) -}}
    {{- end -}}
    {{- $_ := set $kept $path $value -}}
  {{- end -}}
  {{- toJson (list $kept .Values.extraConfigFiles) | sha256sum -}}
{{- else -}}
  {{- include "llm-simulator.configFiles" . | sha256sum -}}
{{- end -}}
{{- end -}}

{{/* The port of a URL: of the dict's `url`, or `default` where it names none. */}}
{{- define "llm-simulator.portOf" -}}
{{- regexFind ":[0-9]+$" (urlParse .url).host | trimPrefix ":" | default (toString .default) -}}
{{- end -}}
