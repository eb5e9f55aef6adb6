{{/*
What no schema can say: every mistake at once, each with its path and what to do. Called by validate.yaml.
*/}}
{{- define "lobar.validate" -}}
{{- $mistakes := concat
  (include "lobar.imageMistakes" . | fromYamlArray)
  (include "lobar.authMistakes" . | fromYamlArray)
  (include "lobar.configMistakes" . | fromYamlArray)
  (include "lobar.secretMistakes" . | fromYamlArray)
  (include "lobar.scalingMistakes" . | fromYamlArray)
  (include "lobar.modelMistakes" . | fromYamlArray)
  (include "lobar.alertMistakes" . | fromYamlArray)
  (include "lobar.networkMistakes" . | fromYamlArray)
-}}
{{- if $mistakes -}}
{{- fail (printf "\n\nThese values do not go together:\n- %s\n" (join "\n- " $mistakes)) -}}
{{- end -}}
{{- end -}}

{{- define "lobar.imageMistakes" -}}
{{- $mistakes := list -}}
{{- if not .Values.image.repository -}}
{{- $mistakes = append $mistakes "image.repository: name the image in your registry, such as registry.example.org/imaging/lobar (docs/IMAGE.md builds it)" -}}
{{- end -}}
{{- toYaml $mistakes -}}
{{- end -}}

{{- define "lobar.authMistakes" -}}
{{- $auth := .Values.config.auth | default dict -}}
{{- $tls := (.Values.config.http | default dict).tls -}}
{{- $mistakes := list -}}
{{- if not (or $auth.oidc $auth.clientCertificates) -}}
{{- $mistakes = append $mistakes "config.auth: Lobar serves nobody outside its pod without it; set config.auth.oidc, or config.auth.clientCertificates with config.http.tls (docs/SECURING.md)" -}}
{{- end -}}
{{- if and $auth.clientCertificates (not $tls) -}}
{{- $mistakes = append $mistakes "config.auth.clientCertificates: needs config.http.tls, as certificates are shown by TLS" -}}
{{- end -}}
{{- if and $auth.clientCertificates (not $auth.oidc) -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.tlsPassthrough) -}}
{{- $mistakes = append $mistakes "ingress.enabled: it ends TLS, so client certificates do not reach Lobar; set config.auth.oidc, or ingress.tlsPassthrough where the controller hands TLS through" -}}
{{- end -}}
{{- if .Values.httpRoute.enabled -}}
{{- $mistakes = append $mistakes "httpRoute.enabled: it ends TLS, so client certificates do not reach Lobar; set config.auth.oidc, or put a TLSRoute into extraObjects" -}}
{{- end -}}
{{- end -}}
{{- toYaml $mistakes -}}
{{- end -}}

{{/* Probes, Services and policies are made from the configuration, so it has to be the one that holds. */}}
{{- define "lobar.configMistakes" -}}
{{- $mistakes := list -}}
{{- range $name, $port := dict "http" (include "lobar.httpPort" .) "metrics" (include "lobar.metricsPort" .) -}}
{{- if lt (int $port) 1024 -}}
{{- $mistakes = append $mistakes (printf "config.%s.port: must be one number from 1024 on; Services and probes lead to it, and the container is not root" $name) -}}
{{- end -}}
{{- end -}}
{{- range $section := list "http" "metrics" -}}
{{- $host := (get $.Values.config $section | default dict).host | default "127.0.0.1" -}}
{{- if regexMatch "^(127\\.|localhost$|::1$)" $host -}}
{{- $mistakes = append $mistakes (printf "config.%s.host: %s is reached from inside the pod only; use 0.0.0.0 or ::" $section $host) -}}
{{- end -}}
{{- end -}}
{{- if eq (include "lobar.httpPort" .) (include "lobar.metricsPort" .) -}}
{{- $mistakes = append $mistakes "config.metrics.port: must differ from config.http.port" -}}
{{- end -}}
{{- range $section, $name := dict "pacs" .Values.defaultPacs "ehr" .Values.defaultEhr -}}
{{- $all := get $.Values.config $section | default dict -}}
{{- if and $name (not (hasKey $all $name)) -}}
{{- $mistakes = append $mistakes (printf "default%s: config.%s has no %s" (title $section) $section $name) -}}
{{- end -}}
{{- if and (not $name) (gt (len $all) 1) -}}
{{- $mistakes = append $mistakes (printf "default%s: say which of config.%s is the default (%s), as values have no order" (title $section) $section (keys $all | sortAlpha | join ", ")) -}}
{{- end -}}
{{- end -}}
{{- $watch := .Values.config.watch | default dict -}}
{{- range $setting, $section := dict "pacs" "pacs" "ehr" "ehr" "callback" "callbacks" -}}
{{- $name := get $watch $setting -}}
{{- if and $name (not (hasKey (get $.Values.config $section | default dict) $name)) -}}
{{- $mistakes = append $mistakes (printf "config.watch.%s: config.%s has no %s" $setting $section $name) -}}
{{- end -}}
{{- end -}}
{{- $counted := list
  "(HTTP|METRICS|AUTH)(_.*)?"
  "LIMITS_(DRAIN_SECONDS|IN_FLIGHT|WAIT_SECONDS|ANALYSIS_SECONDS)"
  "INFERENCE_(MODELS_FOLDER|PROVIDER|THREADS|DECODE_THREADS)"
  "QUEUE_(URL|NAME)"
  "(PACS|EHR|CALLBACKS|AUDIT_FHIR)_(.+_)?(TOKEN_)?URL"
  "TRACING_ENDPOINT"
  "PROXY_NO_PROXY"
  "WATCH_(PACS|EHR|CALLBACK)"
-}}
{{- range .Values.extraEnv -}}
{{- $pastProxy := and $.Values.config.proxy (eq (lower .name) "no_proxy") -}}
{{- if or $pastProxy (regexMatch (printf "^LOBAR_(%s)$" (join "|" $counted)) .name) -}}
{{- $mistakes = append $mistakes (printf "extraEnv: %s would overrule what the chart has read from config; set it there" .name) -}}
{{- end -}}
{{- end -}}
{{- $needed := include "lobar.neededSeconds" . -}}
{{- if and .Values.terminationGracePeriodSeconds (lt (int .Values.terminationGracePeriodSeconds) (int $needed)) -}}
{{- $mistakes = append $mistakes (printf "terminationGracePeriodSeconds: %d s cut the drain short; preStopSeconds, config.limits.drainSeconds and %s make %s (0 computes it)" (int .Values.terminationGracePeriodSeconds) (include "lobar.endSeconds" .) $needed) -}}
{{- end -}}
{{- toYaml $mistakes -}}
{{- end -}}

{{/* A ConfigMap is readable by many, and so are the values of a release. */}}
{{- define "lobar.secretMistakes" -}}
{{- $mistakes := list -}}
{{- $config := .Values.config -}}
{{- $secrets := .Values.secrets -}}
{{- range regexFindAll "(/var)?/run/secrets/lobar/[a-z0-9.-]+" (toJson $config) -1 | uniq | sortAlpha -}}
{{- $name := base . -}}
{{- if not (hasKey $secrets $name) -}}
{{- $mistakes = append $mistakes (printf "config: names files in %s, where nothing is mounted; set secrets.%s.existingSecret" . $name) -}}
{{- end -}}
{{- end -}}
{{- $connections := dict "config.tracing" ($config.tracing | default dict) -}}
{{- with ($config.audit | default dict).fhir -}}{{- $_ := set $connections "config.audit.fhir" . -}}{{- end -}}
{{- range $section := list "pacs" "ehr" "callbacks" -}}
{{- range $name, $one := get $config $section | default dict -}}
{{- $_ := set $connections (printf "config.%s.%s" $section $name) $one -}}
{{- end -}}
{{- end -}}
{{- range $path, $one := $connections -}}
{{- range $header, $_ := $one.headers -}}
{{- if regexMatch "(?i)key|token|secret|auth|passw|cookie|credential|session" $header -}}
{{- $variable := $path | trimPrefix "config." | replace "." "_" | replace "-" "_" | upper -}}
{{- $mistakes = append $mistakes (printf "%s.headers.%s: looks like a secret, and would stand in a ConfigMap; put LOBAR_%s_HEADERS (JSON) into a Secret and name that in extraEnvFrom" $path $header $variable) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $kind := list "http" "https" -}}
{{- if contains "@" (get ($config.proxy | default dict) $kind | default "") -}}
{{- $mistakes = append $mistakes (printf "config.proxy.%s: holds credentials, and would stand in a ConfigMap; put %s_PROXY into a Secret and name that in extraEnvFrom" $kind (upper $kind)) -}}
{{- end -}}
{{- end -}}
{{- toYaml $mistakes -}}
{{- end -}}

{{- define "lobar.scalingMistakes" -}}
{{- $mistakes := list -}}
{{- $queue := ($.Values.config.queue | default dict).url -}}
{{- $auto := .Values.autoscaling -}}
{{- $keda := .Values.keda -}}
{{- if and $auto.enabled $keda.enabled -}}
{{- $mistakes = append $mistakes "autoscaling.enabled and keda.enabled: two autoscalers would fight over one Deployment; keep one of them" -}}
{{- end -}}
{{- if and $auto.enabled (gt (int $auto.minReplicas) (int $auto.maxReplicas)) -}}
{{- $mistakes = append $mistakes "autoscaling.minReplicas: is more than autoscaling.maxReplicas" -}}
{{- end -}}
{{- if and $auto.enabled $auto.jobsWaiting.enabled (not $queue) -}}
{{- $mistakes = append $mistakes "autoscaling.jobsWaiting.enabled: needs config.queue.url; without it every pod has a line of its own" -}}
{{- end -}}
{{- if $keda.enabled -}}
{{- if gt (int $keda.minReplicas) (int $keda.maxReplicas) -}}
{{- $mistakes = append $mistakes "keda.minReplicas: is more than keda.maxReplicas" -}}
{{- end -}}
{{- if and (eq (int $keda.minReplicas) 0) (not (and $queue $keda.jetstream.monitoringEndpoint)) -}}
{{- $mistakes = append $mistakes "keda.minReplicas: 0 needs config.queue.url and keda.jetstream.monitoringEndpoint; who asks over HTTP finds nobody there, and nothing would wake a pod" -}}
{{- end -}}
{{- if not (or $keda.prometheus.serverAddress $keda.jetstream.monitoringEndpoint) -}}
{{- $mistakes = append $mistakes "keda.enabled: needs something to scale on; set keda.prometheus.serverAddress, or keda.jetstream.monitoringEndpoint with config.queue.url" -}}
{{- end -}}
{{- if and $keda.jetstream.monitoringEndpoint (not $queue) -}}
{{- $mistakes = append $mistakes "keda.jetstream.monitoringEndpoint: needs config.queue.url" -}}
{{- end -}}
{{- end -}}
{{- if and .Values.podDisruptionBudget.enabled .Values.podDisruptionBudget.minAvailable -}}
{{- $least := .Values.podDisruptionBudget.minAvailable | toString -}}
{{- $pods := max 1 (int (include "lobar.leastReplicas" .)) -}}
{{- /* Kubernetes rounds a share up. */ -}}
{{- $kept := hasSuffix "%" $least | ternary (ceil (divf (mulf (float64 (trimSuffix "%" $least)) $pods) 100)) (float64 $least) -}}
{{- if ge (int $kept) $pods -}}
{{- $mistakes = append $mistakes (printf "podDisruptionBudget.minAvailable: %s of %d pods lets no node be drained; use less, or podDisruptionBudget.maxUnavailable" $least $pods) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.watch.enabled (not $queue) -}}
{{- $mistakes = append $mistakes "watch.enabled: needs config.queue.url, through which the pods get what it finds" -}}
{{- end -}}
{{- if and .Values.watch.enabled (not .Values.config.pacs) -}}
{{- $mistakes = append $mistakes "watch.enabled: needs a PACS to watch in config.pacs" -}}
{{- end -}}
{{- toYaml $mistakes -}}
{{- end -}}

{{- define "lobar.modelMistakes" -}}
{{- $models := .Values.models -}}
{{- $mistakes := list -}}
{{- if and (ne $models.source "image") (.Values.config.inference | default dict).modelsFolder -}}
{{- $mistakes = append $mistakes (printf "config.inference.modelsFolder: is set by models.source=%s; leave it out" $models.source) -}}
{{- end -}}
{{- if and .Values.gpu.enabled (has ((.Values.config.inference | default dict).provider | default "cuda") (list "auto" "cpu")) -}}
{{- $mistakes = append $mistakes "config.inference.provider: would let a pod that holds a GPU run on the CPU; leave it out with gpu.enabled, or set cuda or webgpu" -}}
{{- end -}}
{{- if and (eq $models.source "pvc") (not $models.pvc.existingClaim) -}}
{{- $mistakes = append $mistakes "models.pvc.existingClaim: is needed with models.source=pvc" -}}
{{- end -}}
{{- if eq $models.source "imageVolume" -}}
{{- if not $models.imageVolume.reference -}}
{{- $mistakes = append $mistakes "models.imageVolume.reference: is needed with models.source=imageVolume" -}}
{{- end -}}
{{- if semverCompare "<1.33.0-0" .Capabilities.KubeVersion.Version -}}
{{- $mistakes = append $mistakes (printf "models.source=imageVolume: needs Kubernetes 1.35, or 1.33 with the feature gate ImageVolume; this is %s; use pvc or download" .Capabilities.KubeVersion.Version) -}}
{{- end -}}
{{- end -}}
{{- if and (eq $models.source "download") (not $models.download.files) -}}
{{- $mistakes = append $mistakes "models.download.files: is empty; name url, path and sha256 of every file" -}}
{{- end -}}
{{- toYaml $mistakes -}}
{{- end -}}

{{- define "lobar.alertMistakes" -}}
{{- $mistakes := list -}}
{{- $known := list -}}
{{- range (.Files.Get "rules/lobar.yaml" | fromYaml).groups -}}
{{- range .rules -}}{{- $known = append $known (.alert | default "") -}}{{- end -}}
{{- end -}}
{{- range .Values.metrics.prometheusRule.disabled -}}
{{- if not (has . $known) -}}
{{- $mistakes = append $mistakes (printf "metrics.prometheusRule.disabled: there is no alert %s (rules/lobar.yaml)" .) -}}
{{- end -}}
{{- end -}}
{{- toYaml $mistakes -}}
{{- end -}}

{{- define "lobar.networkMistakes" -}}
{{- $mistakes := list -}}
{{- if .Values.networkPolicy.enabled -}}
{{- range $group, $endpoints := include "lobar.endpoints" . | fromYaml -}}
{{- $allowed := get $.Values.networkPolicy.egress $group -}}
{{- if not (or $endpoints $allowed.ports (not $allowed.peers)) -}}
{{- $mistakes = append $mistakes (printf "networkPolicy.egress.%s.peers: nothing in config leads to them, so their port is not known; set ports, or leave them out" $group) -}}
{{- end -}}
{{- range ternary list $endpoints (not (empty $allowed.peers)) -}}
{{- if not .proxied -}}
{{- $mistakes = append $mistakes (printf "networkPolicy.egress.%s.peers: nothing is let out to %s (%s); name its addresses, such as {ipBlock: {cidr: 192.0.2.10/32}}, or its pods" $group .path (.url | default "which Lobar finds by itself")) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- $in := .Values.networkPolicy.ingress -}}
{{- if and (or .Values.ingress.enabled .Values.httpRoute.enabled) (not $in.http) -}}
{{- $mistakes = append $mistakes "networkPolicy.ingress.http: lets nobody in, so the Ingress or HTTPRoute leads nowhere; name the pods of its controller" -}}
{{- end -}}
{{- if and .Values.metrics.serviceMonitor.enabled (not $in.metrics) -}}
{{- $mistakes = append $mistakes "networkPolicy.ingress.metrics: lets nobody in, so the ServiceMonitor finds nothing; name the pods or the namespace of Prometheus" -}}
{{- end -}}
{{- end -}}
{{- toYaml $mistakes -}}
{{- end -}}
