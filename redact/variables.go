package redact

import (
	"regexp"
	"strings"
)

// variable is an entry of a payload's variables, as far as redaction looks.
type variable struct {
	key, value     string
	public, masked bool
}

// asVariable tells an entry of variables by its shape. A variable that does not
// say it is public is not. Those of services, and of other APIs, may say nothing: then their name tells. Its value is not in v yet.
func asVariable(object []member) (v variable, value any, ok bool) {
	var isKey, isMarked bool
	for _, m := range object {
		switch m.key {
		case "key", "name":
			if key, ok := m.value.(string); ok {
				v.key, isKey = key, true
			}
		case "value":
			value = m.value
		case "public":
			v.public, _ = m.value.(bool)
			isMarked = true
		case "masked":
			v.masked, _ = m.value.(bool)
			isMarked = true
		}
	}
	return v, value, isKey && value != nil && (isMarked || isSecretName(v.key))
}

// settings are variables that the runner itself reads (gitlab-runner
// docs/configuration/feature-flags.md, GitLab doc/ci/runners/configure_runners.md,
// gitlab-runner docs/executors/kubernetes).
// A project may set them, which makes them not public; their values are words the
// runner must understand in a replay too, and no secrets.
var settings = regexp.MustCompile(`^(GIT_(STRATEGY|DEPTH|CHECKOUT|CLEAN_FLAGS|CLONE_PATH|CLONE_EXTRA_FLAGS|FETCH_EXTRA_FLAGS|LFS_SKIP_SMUDGE|SUBMODULE_\w+)` +
	`|FF_\w+|\w+_ATTEMPTS|CI_DEBUG_\w+|CACHE_COMPRESSION_\w+|CACHE_REQUEST_TIMEOUT|CACHE_FALLBACK_KEY|ARTIFACT_COMPRESSION_LEVEL|SECURE_LOG_LEVEL` +
	`|TRANSFER_METER_FREQUENCY|RUNNER_\w*TIMEOUT|RUNNER_GENERATE_ARTIFACTS_METADATA|RESTORE_CACHE_\w+|DOCKER_DRIVER` +
	`|KUBERNETES_(CPU|MEMORY|EPHEMERAL_STORAGE|HELPER|SERVICE|NODE_SELECTOR|NODE_TOLERATIONS|NAMESPACE|POD_LABELS|POD_ANNOTATIONS)\w*)$`)

// learnVariables learns the values of variables that are masked or not public.
// What is not masked and is part of something the payload says openly, a public
// variable or one of open (an image, a branch), is no secret, and the runner would
// not find its image if it were replaced.
func (r *Redactor) learnVariables(all []variable, open []string) {
	public := map[string]bool{}
	for _, v := range all {
		if v.public && !v.masked {
			public[v.value] = true
			open = append(open, v.value)
		}
	}
	openly := &openTexts{all: strings.Join(open, "\x00")}
	for _, v := range all {
		switch {
		case v.public && !v.masked, public[v.value], v.value == "":
		case r.learnContents(v, openly):
		case v.masked:
			r.learnNamed(variableName, v.key, v.value)
		case settings.MatchString(v.key):
		default:
			r.learnHidden(v.key, v.value, openly)
		}
	}
}

// learnHidden learns a value that is not said to be public, unless it is open all the same.
func (r *Redactor) learnHidden(name, value string, openly *openTexts) {
	switch {
	case value == "" || notSecret[value]:
	case len(value) <= maxWord && word.MatchString(value):
		r.note(name)
	case isURL(value):
		if !r.learnURL(value) {
			r.note(name)
		}
	case hasPassword(value) && r.learnText(value), r.isFrame(value):
	case openly.has(value):
		r.note(name)
	default:
		r.learnNamed(variableName, name, value)
	}
}
