{{/* Names and labels ---------------------------------------------------------------------------------------- */}}

{{- define "lobar.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" -}}
{{- end -}}

{{/* At most 52 characters: what is appended to it (-networkpolicy needs none, -metrics does) must fit into 63. */}}
{{- define "lobar.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains (include "lobar.name" .) .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name (include "lobar.name" .) | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* What every object carries. */}}
{{- define "lobar.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "lobar.selectorLabels" . }}
app.kubernetes.io/version: {{ .Values.image.tag | default .Chart.AppVersion | trunc 63 | trimSuffix "-" | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* Pods of the service and of the watch; those of the service alone have the component serve beside it. */}}
{{- define "lobar.selectorLabels" -}}
app.kubernetes.io/name: {{ include "lobar.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "lobar.serveLabels" -}}
{{ include "lobar.selectorLabels" . }}
app.kubernetes.io/component: serve
{{- end -}}

{{- define "lobar.watchLabels" -}}
{{ include "lobar.selectorLabels" . }}
app.kubernetes.io/component: watch
{{- end -}}

{{/* Not those of selectorLabels: no Service, budget or monitor must take the pod of `helm test` for the service. */}}
{{- define "lobar.testLabels" -}}
app.kubernetes.io/name: {{ printf "%s-test" (include "lobar.name" . | trunc 58) }}
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: test
{{- end -}}

{{- define "lobar.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{- .Values.serviceAccount.name | default (include "lobar.fullname" .) -}}
{{- else -}}
{{- .Values.serviceAccount.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- define "lobar.image" -}}
{{- $image := printf "%s:%s" .Values.image.repository (.Values.image.tag | default .Chart.AppVersion) -}}
{{- with .Values.image.digest -}}{{- $image = printf "%s@%s" $.Values.image.repository . -}}{{- end -}}
{{- $image -}}
{{- end -}}

{{/* Configuration ------------------------------------------------------------------------------------------- */}}

{{/* The configuration of Lobar as YAML: what stands in values, and what the rest of the values says about it. */}}
{{- define "lobar.config" -}}
{{- $config := deepCopy .Values.config -}}
{{- $inference := $config.inference | default dict -}}
{{- /* Without a CPU limit a process sees every core of its node, and would begin a thread for each of them. */ -}}
{{- $threads := int (include "lobar.cpus" .) -}}
{{- range tuple "threads" "decodeThreads" -}}
{{- if not (get $inference .) -}}{{- $_ := set $inference . $threads -}}{{- end -}}
{{- end -}}
{{- if not $inference.provider -}}{{- $_ := set $inference "provider" (.Values.gpu.enabled | ternary "cuda" "cpu") -}}{{- end -}}
{{- if ne .Values.models.source "image" -}}{{- $_ := set $inference "modelsFolder" "/models" -}}{{- end -}}
{{- $_ := set $config "inference" $inference -}}
{{- /* The first PACS and the first EHR are the default ones, and a map of Helm has no first. */ -}}
{{- $first := dict "pacs" .Values.defaultPacs "ehr" .Values.defaultEhr -}}
{{- toYaml (omit $config "pacs" "ehr") -}}
{{- range $section, $name := $first }}
{{- $all := get $config $section | default dict }}
{{- with $all }}
{{ $section }}:
  {{- if hasKey $all $name }}
  {{- toYaml (pick $all $name) | nindent 2 }}
  {{- end }}
  {{- with omit $all $name }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end }}
{{- end -}}
{{- end -}}

{{/* Whole CPUs of a pod, at least one: its limit, or else its request. A quantity is 2, "2" or "1500m". */}}
{{- define "lobar.cpus" -}}
{{- $resources := .Values.resources -}}
{{- $cpu := toString ((($resources.limits | default dict).cpu) | default (($resources.requests | default dict).cpu) | default "1") -}}
{{- $cpus := hasSuffix "m" $cpu | ternary (divf (float64 (trimSuffix "m" $cpu)) 1000) (float64 (trimSuffix "m" $cpu)) -}}
{{- max 1 (int (ceil $cpus)) -}}
{{- end -}}

{{/* limits.drainSeconds, its default as in docs/CONFIGURATION.md. */}}
{{- define "lobar.drainSeconds" -}}
{{- int (ceil (float64 ((.Values.config.limits | default dict).drainSeconds | default 25))) -}}
{{- end -}}

{{/*
What may come after the drain: 5 s until analyses stop and 5 more until jobs do, 1 for the last answers, 1 for NATS, 5 for
audit events, 4 for spans. test/chart/end-seconds.test.ts adds up the code's own.
*/}}
{{- define "lobar.endSeconds" -}}25{{- end -}}

{{/* The sleep in which a pod leaves the endpoints, the drain, and what comes after it. */}}
{{- define "lobar.neededSeconds" -}}
{{- add (int .Values.preStopSeconds) (int (include "lobar.drainSeconds" .)) (int (include "lobar.endSeconds" .)) -}}
{{- end -}}

{{/* How long the platform waits before it kills. */}}
{{- define "lobar.gracePeriodSeconds" -}}
{{- max (int .Values.terminationGracePeriodSeconds) (int (include "lobar.neededSeconds" .)) -}}
{{- end -}}

{{/* http or https: what Lobar itself speaks. */}}
{{- define "lobar.scheme" -}}
{{- if (.Values.config.http | default dict).tls -}}https{{- else -}}http{{- end -}}
{{- end -}}

{{- define "lobar.httpPort" -}}
{{- int ((.Values.config.http | default dict).port | default 0) -}}
{{- end -}}

{{- define "lobar.metricsPort" -}}
{{- int ((.Values.config.metrics | default dict).port | default 0) -}}
{{- end -}}

{{/* 70 % of the analyses that one pod has at work at once, in thousandths, which a Quantity calls m. */}}
{{- define "lobar.inFlightTarget" -}}
{{- $inFlight := int ((.Values.config.limits | default dict).inFlight | default 2) -}}
{{- printf "%dm" (mul 700 $inFlight) -}}
{{- end -}}

{{/* The same as a number, as KEDA wants it. */}}
{{- define "lobar.inFlightRatio" -}}
{{- divf (float64 (trimSuffix "m" (include "lobar.inFlightTarget" .))) 1000 -}}
{{- end -}}

{{/* Pods ---------------------------------------------------------------------------------------------------- */}}

{{- define "lobar.podSecurityContext" -}}
{{- toYaml .Values.podSecurityContext -}}
{{- end -}}

{{/* Environment of every container that runs Lobar's image. */}}
{{- define "lobar.env" -}}
{{- with .Values.extraEnv -}}
env:
  {{- toYaml . | nindent 2 }}
{{ end -}}
{{- with .Values.extraEnvFrom -}}
envFrom:
  {{- toYaml . | nindent 2 }}
{{ end -}}
{{- end -}}

{{/*
Environment of the container that fetches models: the proxies of the configuration, which Node takes from variables.
extraEnv overrules them, and no name may stand twice.
*/}}
{{- define "lobar.downloadEnv" -}}
{{- $taken := list -}}
{{- range .Values.extraEnv -}}{{- $taken = append $taken .name -}}{{- end -}}
{{- $own := list (dict "name" "NODE_USE_ENV_PROXY" "value" "1") -}}
{{- range $setting, $variable := dict "http" "HTTP_PROXY" "https" "HTTPS_PROXY" "noProxy" "NO_PROXY" -}}
{{- with get ($.Values.config.proxy | default dict) $setting -}}{{- $own = append $own (dict "name" $variable "value" .) -}}{{- end -}}
{{- end -}}
env:
  {{- range $own }}
  {{- if not (has .name $taken) }}
  {{- list . | toYaml | nindent 2 }}
  {{- end }}
  {{- end }}
  {{- with .Values.extraEnv }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- with .Values.extraEnvFrom }}
envFrom:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{/*
Those of .Values.secrets that these values name a file of: no pod gets what it does not read. /var/run is /run in the
image, so a file may be named by either. {context, in}
*/}}
{{- define "lobar.secretsIn" -}}
{{- $text := toJson .in -}}
{{- $named := dict -}}
{{- range $name, $secret := .context.Values.secrets -}}
{{- if contains (printf "/run/secrets/lobar/%s/" $name) $text -}}{{- $_ := set $named $name $secret -}}{{- end -}}
{{- end -}}
{{- toYaml $named -}}
{{- end -}}

{{/* {context, secrets} */}}
{{- define "lobar.volumeMounts" -}}
- name: tmp
  mountPath: /tmp
- name: config
  mountPath: /etc/lobar
  readOnly: true
{{- range $name, $_ := .secrets }}
- name: secret-{{ $name }}
  mountPath: /var/run/secrets/lobar/{{ $name }}
  readOnly: true
{{- end }}
{{- with .context.Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/*
Whole folders, no subPath: a Secret that changes is then written anew in the pod, and Lobar reads it again.
{context, secrets}
*/}}
{{- define "lobar.volumes" -}}
- name: tmp
  emptyDir:
    sizeLimit: {{ .context.Values.tmpSizeLimit }}
- name: config
  configMap:
    name: {{ include "lobar.fullname" .context }}
{{- range $name, $secret := .secrets }}
- name: secret-{{ $name }}
  {{- if $secret.existingSecret }}
  secret:
    secretName: {{ $secret.existingSecret }}
    defaultMode: 288 # 0440: YAML 1.1 and 1.2 read that differently
  {{- else }}
  configMap:
    name: {{ $secret.existingConfigMap }}
    defaultMode: 288 # 0440: YAML 1.1 and 1.2 read that differently
  {{- end }}
  {{- with $secret.items }}
    items:
      {{- toYaml . | nindent 6 }}
  {{- end }}
{{- end }}
{{- with .context.Values.extraVolumes }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{/* Scaling ------------------------------------------------------------------------------------------------- */}}

{{- define "lobar.scalesItself" -}}
{{- if or .Values.autoscaling.enabled .Values.keda.enabled -}}true{{- end -}}
{{- end -}}

{{/* The fewest pods that there are meant to be. */}}
{{- define "lobar.leastReplicas" -}}
{{- if .Values.keda.enabled -}}{{- int .Values.keda.minReplicas -}}
{{- else if .Values.autoscaling.enabled -}}{{- int .Values.autoscaling.minReplicas -}}
{{- else -}}{{- int .Values.replicaCount -}}
{{- end -}}
{{- end -}}
