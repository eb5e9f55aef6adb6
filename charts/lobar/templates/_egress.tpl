{{/*
Where the configuration leads, by the group of networkPolicy.egress that lets it out: a list of {path, url, proxied}
each. The url is empty where only Lobar finds it out: the token endpoint of SMART.
*/}}
{{- define "lobar.endpoints" -}}
{{- $config := .Values.config -}}
{{- $groups := dict "pacs" list "ehr" list "audit" list "issuer" list "collector" list "nats" list "callbacks" list "proxy" list "models" list "tests" list -}}
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
{{- with get (index $connection 1) $kind -}}
{{- $found = append $found (list "issuer" (printf "%s.%s.tokenUrl" (index $connection 0) $kind) (.tokenUrl | default "")) -}}
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
{{- if .Values.tests.enabled -}}
{{- $inside := printf "^%s(\\.%s(\\.svc(\\..+)?)?)?(:[0-9]+)?$" (include "lobar.fullname" .) .Release.Namespace -}}
{{- with .Values.tests.url -}}
{{- if not (regexMatch $inside (urlParse .).host) -}}{{- $found = append $found (list "tests" "tests.url" .) -}}{{- end -}}
{{- end -}}
{{- with .Values.tests.oauth2.tokenUrl -}}
{{- /* The rule of the issuer is that of the test, too. */ -}}
{{- $known := list -}}
{{- range $found -}}{{- if eq (index . 0) "issuer" -}}{{- $known = append $known (urlParse (index . 2)).host -}}{{- end -}}{{- end -}}
{{- if not (and $.Values.networkPolicy.egress.issuer.peers (has (urlParse .).host $known)) -}}
{{- $found = append $found (list "tests" "tests.oauth2.tokenUrl" .) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $found -}}
{{- $group := index . 0 -}}
{{- $proxied := include "lobar.proxied" (dict "proxy" ($config.proxy | default dict) "group" $group "url" (index . 2)) -}}
{{- $one := dict "path" (index . 1) "url" (index . 2) "proxied" $proxied -}}
{{- $_ := set $groups $group (append (get $groups $group) $one) -}}
{{- end -}}
{{- toYaml $groups -}}
{{- end -}}

{{/*
"true" where a URL is reached through a proxy for certain, and so needs no way of its own; otherwise nothing. A proxy is
one for http or for https, and what noProxy names goes past it. An unknown host may be among those. {proxy, group, url}
*/}}
{{- define "lobar.proxied" -}}
{{- $url := urlParse (.url | default "https://unknown.invalid") -}}
{{- $direct := or (has .group (list "proxy" "nats" "collector" "tests")) (not (get .proxy $url.scheme)) -}}
{{- $host := include "lobar.hostAlone" $url.host -}}
{{- $unknown := not .url -}}
{{- range regexSplit "[,\\s]+" (trim (.proxy.noProxy | default "")) -1 -}}
{{- if . -}}
{{- $named := include "lobar.hostAlone" . | trimPrefix "*" | trimPrefix "." -}}
{{- if or $unknown (not $named) (eq $host $named) (hasSuffix (printf ".%s" $named) $host) -}}{{- $direct = true -}}{{- end -}}
{{- end -}}
{{- end -}}
{{- if not $direct -}}true{{- end -}}
{{- end -}}

{{/* A host without its port, the brackets of IPv6 and a dot at its end. */}}
{{- define "lobar.hostAlone" -}}
{{- regexReplaceAll "^([^:]+|\\[.+\\]):[0-9]+$" . "${1}" | trimPrefix "[" | trimSuffix "]" | trimSuffix "." | lower -}}
{{- end -}}

{{/* The TCP port of a URL: https 443, http 80, NATS 4222 where it names none; 443 where it is not known. */}}
{{- define "lobar.portOf" -}}
{{- $url := urlParse (. | default "https://unknown.invalid") -}}
{{- $named := regexFind ":[0-9]+$" $url.host | trimPrefix ":" -}}
{{- $named | default (get (dict "https" "443" "http" "80") $url.scheme) | default "4222" -}}
{{- end -}}

{{/*
Egress rules for these groups; a group without peers gets none, which _validate.tpl has refused where one is needed, as
it has refused peers at no port.
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
{{- if $allowed.peers }}
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
