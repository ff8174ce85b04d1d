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

// settings are variables that the runner itself reads (gitlab-runner
// docs/configuration/feature-flags.md, GitLab doc/ci/runners/configure_runners.md).
// A project may set them, which makes them not public; their values are words the
// runner must understand in a replay too, and no secrets.
var settings = regexp.MustCompile(`^(GIT_(STRATEGY|DEPTH|CHECKOUT|CLEAN_FLAGS|CLONE_PATH|CLONE_EXTRA_FLAGS|FETCH_EXTRA_FLAGS|LFS_SKIP_SMUDGE|SUBMODULE_\w+)` +
	`|FF_\w+|\w+_ATTEMPTS|CI_DEBUG_\w+|CACHE_COMPRESSION_\w+|CACHE_REQUEST_TIMEOUT|ARTIFACT_COMPRESSION_LEVEL|SECURE_LOG_LEVEL` +
	`|TRANSFER_METER_FREQUENCY|RUNNER_\w*TIMEOUT|RUNNER_GENERATE_ARTIFACTS_METADATA|RESTORE_CACHE_\w+)$`)

// notSecret are values that stand where secrets do and are the same everywhere.
var notSecret = map[string]bool{"gitlab-ci-token": true}

// word is a value that is no secret by the look of it, and whose replacement
// would change unrelated text: one word, or a number.
var word = regexp.MustCompile(`^([a-z]+|[A-Z]+|[A-Z][a-z]+|[0-9]{1,11})$`)

// maxWord is the length up to which letters alone are taken for a word.
const maxWord = 15

// learnVariables learns the values of variables that are masked or not public.
func (r *Redactor) learnVariables(all []variable) {
	public := map[string]bool{}
	for _, v := range all {
		if v.public && !v.masked {
			public[v.value] = true
		}
	}
	for _, v := range all {
		switch {
		case v.public && !v.masked, notSecret[v.value], public[v.value], v.value == "":
		case !v.masked && settings.MatchString(v.key):
		case !v.masked && len(v.value) <= maxWord && word.MatchString(v.value):
			r.note(v.key)
		case !v.masked && isURL(v.value):
			r.learnURL(v.value)
		case !r.Learn(v.value):
			r.note(v.key)
		default:
			if trimmed := strings.TrimSpace(v.value); trimmed != v.value {
				r.Learn(trimmed)
			}
		}
	}
}

// note remembers a variable whose value stays, because it is too short or too
// common to be replaced wherever it stands.
func (r *Redactor) note(key string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.kept) < maxKept {
		r.kept[key] = true
	}
}

// maxKept bounds the list of such variables.
const maxKept = 1000
