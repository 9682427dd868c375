{{/*
What the schema cannot say: values that contradict each other. Each line names the key that is to change. Included by the Deployment, which
every release has.
*/}}
{{- define "llm-simulator.checks" -}}
{{- $facts := include "llm-simulator.facts" . | fromYaml -}}
{{- $config := .Values.config | default dict -}}
{{- if and (kindIs "map" $config.admin) (hasKey $config.admin "api_key") (ne .Values.configStorage "Secret") -}}
  {{- fail "config.admin.api_key would be readable in a ConfigMap: name a Secret by admin.existingSecret, or give admin.apiKey" -}}
{{- end -}}
{{- if and .Values.admin.apiKey .Values.admin.existingSecret -}}
  {{- fail "admin.apiKey and admin.existingSecret are both given: leave one of them out" -}}
{{- end -}}
{{- if and (hasKey .Values.extraConfigFiles "simulator.yaml") -}}
  {{- fail "extraConfigFiles may not hold simulator.yaml: that file is made of config" -}}
{{- end -}}
{{- if and .Values.tls.enabled (not .Values.tls.secretName) -}}
  {{- fail "tls.secretName is needed with tls.enabled: a Secret of the type kubernetes.io/tls" -}}
{{- end -}}
{{- if and .Values.redis.enabled (not .Values.redis.url) (not .Values.redis.existingSecret) -}}
  {{- fail "redis.existingSecret or redis.url is needed with redis.enabled" -}}
{{- end -}}
{{- if and .Values.redis.url .Values.redis.existingSecret -}}
  {{- fail "redis.url and redis.existingSecret are both given: leave one of them out" -}}
{{- end -}}
{{- if and .Values.serviceMonitor.enabled (not $facts.hasMetrics) -}}
  {{- fail "serviceMonitor.enabled needs metrics, which config.telemetry.metrics.enabled turns off" -}}
{{- end -}}
{{- if and $facts.hasMetrics (eq (int $facts.port) (int $facts.metricsPort)) -}}
  {{- fail "config.telemetry.metrics.prometheus_port must differ from config.server.port" -}}
{{- end -}}
{{- if and .Values.autoscaling.enabled (gt (int .Values.autoscaling.minReplicas) (int .Values.autoscaling.maxReplicas)) -}}
  {{- fail "autoscaling.minReplicas is above autoscaling.maxReplicas" -}}
{{- end -}}
{{- if and .Values.pdb.enabled (not (kindIs "invalid" .Values.pdb.minAvailable)) (not (kindIs "invalid" .Values.pdb.maxUnavailable)) -}}
  {{- fail "pdb.minAvailable and pdb.maxUnavailable are both given: set one of them to null" -}}
{{- end -}}
{{- if lt (include "llm-simulator.gracePeriod" . | int) (int $facts.drainSeconds) -}}
  {{- fail (printf "terminationGracePeriodSeconds is below the %v s that draining may take (config.server.lame_duck_secs + shutdown_timeout_secs): streams would be cut" $facts.drainSeconds) -}}
{{- end -}}
{{- end -}}
