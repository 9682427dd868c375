{{/* Names and labels. The label `app` is the same for every release, so that alerts and `kubectl -l app=llm-simulator` find all of them. */}}
{{- define "llm-simulator.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 53 | trimSuffix "-" -}}
{{- end -}}

{{/* Short enough for the longest suffix (-dashboard) within the 63 characters of a label. */}}
{{- define "llm-simulator.fullname" -}}
{{- $name := include "llm-simulator.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 53 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 53 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "llm-simulator.selectorLabels" -}}
app.kubernetes.io/name: {{ include "llm-simulator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: simulator
{{- end -}}

{{- define "llm-simulator.commonLabels" -}}
app.kubernetes.io/part-of: llm-simulator
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with .Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "llm-simulator.labels" -}}
app: llm-simulator
{{ include "llm-simulator.selectorLabels" . }}
{{ include "llm-simulator.commonLabels" . }}
{{- end -}}

{{/* Of the pod that `helm test` runs: none of the selectors above may pick it. */}}
{{- define "llm-simulator.testSelectorLabels" -}}
app.kubernetes.io/name: {{ include "llm-simulator.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: test
{{- end -}}

{{- define "llm-simulator.testLabels" -}}
app: llm-simulator-test
{{ include "llm-simulator.testSelectorLabels" . }}
{{ include "llm-simulator.commonLabels" . }}
{{- end -}}

{{/* The rule of a NetworkPolicy that lets pods ask the cluster's DNS. */}}
{{- define "llm-simulator.namesEgress" -}}
- to:
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: kube-system
      podSelector:
        matchLabels:
          k8s-app: kube-dns
  ports:
    - port: 53
      protocol: UDP
    - port: 53
      protocol: TCP
{{- end -}}

{{- define "llm-simulator.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- default (include "llm-simulator.fullname" .) .Values.serviceAccount.name -}}
{{- else -}}
{{- default "default" .Values.serviceAccount.name -}}
{{- end -}}
{{- end -}}

{{- define "llm-simulator.image" -}}
{{- if .Values.image.digest -}}
{{- printf "%s@%s" .Values.image.repository .Values.image.digest -}}
{{- else -}}
{{- printf "%s:%s" .Values.image.repository (default .Chart.AppVersion .Values.image.tag) -}}
{{- end -}}
{{- end -}}

{{/*
The Secret with the admin key: the user's, or one of the chart's name, which the chart makes of admin.apiKey, and which is used as well when
somebody makes it by hand.
*/}}
{{- define "llm-simulator.adminSecret" -}}
{{- default (printf "%s-admin" (include "llm-simulator.fullname" .)) .Values.admin.existingSecret -}}
{{- end -}}

{{- define "llm-simulator.redisSecret" -}}
{{- default (printf "%s-redis" (include "llm-simulator.fullname" .)) .Values.redis.existingSecret -}}
{{- end -}}

{{/* How many pods there are at least. */}}
{{- define "llm-simulator.fewestReplicas" -}}
{{- ternary .Values.autoscaling.minReplicas .Values.replicaCount .Values.autoscaling.enabled | int -}}
{{- end -}}

{{/* A disruption budget that at least as many pods must keep as there are would stop every drain of a node: then there is none. */}}
{{- define "llm-simulator.hasPdb" -}}
{{- $replicas := include "llm-simulator.fewestReplicas" . | int -}}
{{- $stay := .Values.pdb.minAvailable -}}
{{- if and .Values.pdb.enabled (or (kindIs "invalid" $stay) (kindIs "string" $stay) (lt (int $stay) $replicas)) -}}
true
{{- end -}}
{{- end -}}
