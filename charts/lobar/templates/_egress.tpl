{{/*
Where the configuration leads, by the group of networkPolicy.egress that lets it out: a list of {path, url} each.
A proxy stands for everything that is reached through it, which NATS and the collector are not.
*/}}
{{- define "lobar.endpoints" -}}
{{- $config := .Values.config -}}
{{- $groups := dict "pacs" list "ehr" list "audit" list "issuer" list "collector" list "nats" list "callbacks" list "proxy" list "models" list -}}
{{- $found := list -}}
{{- $connections := list -}}
{{- range $name, $one := $config.pacs -}}
{{- $found = append $found (list "pacs" (printf "config.pacs.%s.url" $name) $one.url) -}}
{{- $connections = append $connections (list (printf "config.pacs.%s" $name) $one) -}}
{{- end -}}
{{- range $name, $one := $config.ehr -}}
{{- $found = append $found (list "ehr" (printf "config.ehr.%s.url" $name) $one.url) -}}
{{- $connections = append $connections (list (printf "config.ehr.%s" $name) $one) -}}
{{- end -}}
{{- with ($config.audit | default dict).fhir -}}
{{- $found = append $found (list "audit" "config.audit.fhir.url" .url) -}}
{{- $connections = append $connections (list "config.audit.fhir" .) -}}
{{- end -}}
{{- range $connection := $connections -}}
{{- range $kind := list "oauth2" "smart" -}}
{{- with (get (index $connection 1) $kind | default dict).tokenUrl -}}
{{- $found = append $found (list "issuer" (printf "%s.%s.tokenUrl" (index $connection 0) $kind) .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- with ($config.auth | default dict).oidc -}}
{{- $found = append $found (list "issuer" "config.auth.oidc.issuer" .issuer) -}}
{{- with .jwksUrl -}}{{- $found = append $found (list "issuer" "config.auth.oidc.jwksUrl" .) -}}{{- end -}}
{{- end -}}
{{- with ($config.tracing | default dict).endpoint -}}
{{- $found = append $found (list "collector" "config.tracing.endpoint" .) -}}
{{- end -}}
{{- range splitList "," (($config.queue | default dict).url | default "") -}}
{{- if . -}}{{- $found = append $found (list "nats" "config.queue.url" (trim .)) -}}{{- end -}}
{{- end -}}
{{- range $name, $one := $config.callbacks -}}
{{- $found = append $found (list "callbacks" (printf "config.callbacks.%s.url" $name) $one.url) -}}
{{- end -}}
{{- range $kind := list "http" "https" -}}
{{- with get ($config.proxy | default dict) $kind -}}
{{- $found = append $found (list "proxy" (printf "config.proxy.%s" $kind) .) -}}
{{- end -}}
{{- end -}}
{{- if eq .Values.models.source "download" -}}
{{- range $at, $file := .Values.models.download.files -}}
{{- $found = append $found (list "models" (printf "models.download.files[%d].url" $at) $file.url) -}}
{{- end -}}
{{- end -}}
{{- range $found -}}
{{- $group := index . 0 -}}
{{- $_ := set $groups $group (append (get $groups $group) (dict "path" (index . 1) "url" (index . 2))) -}}
{{- end -}}
{{- toYaml $groups -}}
{{- end -}}

{{/* The TCP port of a URL: https 443, http 80, NATS 4222 where it names none. */}}
{{- define "lobar.portOf" -}}
{{- $url := urlParse . -}}
{{- $named := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- $named | default (get (dict "https" "443" "http" "80") $url.scheme) | default "4222" -}}
{{- end -}}

{{/*
Egress rules for these groups; a group without peers gets none, which _validate.tpl has refused where one is needed.
Takes {context, groups}.
*/}}
{{- define "lobar.egressRules" -}}
{{- $endpoints := include "lobar.endpoints" .context | fromYaml -}}
{{- $policy := .context.Values.networkPolicy -}}
- to:
    {{- toYaml $policy.dns.peers | nindent 4 }}
  ports:
    {{- range $policy.dns.ports }}
    - { protocol: UDP, port: {{ . }} }
    - { protocol: TCP, port: {{ . }} }
    {{- end }}
{{- range $group := .groups }}
{{- $allowed := get $policy.egress $group }}
{{- $urls := get $endpoints $group }}
{{- if and $allowed.peers (or $urls $allowed.ports) }}
{{- $ports := list }}
{{- range $allowed.ports }}{{ $ports = append $ports (toString .) }}{{ end }}
{{- if not $ports }}{{ range $urls }}{{ $ports = append $ports (include "lobar.portOf" .url) }}{{ end }}{{ end }}
# {{ $group }}
- to:
    {{- toYaml $allowed.peers | nindent 4 }}
  ports:
    {{- range $ports | uniq | sortAlpha }}
    - { protocol: TCP, port: {{ . }} }
    {{- end }}
{{- end }}
{{- end }}
{{- end -}}
