package redact

import (
	"encoding/json"
	"slices"
	"strings"
)

// This file knows what is no secret whatever declares it: words of the protocol, and what a job's payload says openly
// because runner, git and Docker have to understand it. With a stand-in for the state "canceled", for GitLab's
// host, a branch or a commit the recording could not be read, or its jobs would end otherwise. A value that
// stands in one of these is reported instead.

// protocolWords are what GitLab and runners say in fields that mean something only with one of a few words (docs/protocol.md;
// gitlab-runner common/spec/spec.go, common/build.go). Names of keys, paths of calls and header fields that frame a message
// need not be here: they are never replaced.
var protocolWords = wordSet(`canceled canceling
script_failure runner_system_failure job_execution_timeout runner_unsupported configuration_error
image_pull_failure unknown_failure job_canceled
on_success on_failure pull-push after_script metadata code_quality container_scanning dependency_scanning
cluster_image_scanning secret_detection load_performance browser_performance cobertura terraform annotations
repository_xray license_scanning cluster_applications accessibility api_fuzzing coverage_fuzzing
coverage_report network_referee metrics_referee requirements_v2
artifact_type artifact_format expire_in section_start section_end gitlab-runner gitlab-ci-multi-runner
prepare_executor prepare_script get_sources restore_cache download_artifacts step_script archive_cache
archive_cache_on_failure upload_artifacts_on_success upload_artifacts_on_failure cleanup_file_variables`)

func wordSet(text string) map[string]bool {
	words := map[string]bool{}
	for _, w := range strings.Fields(text) {
		words[w] = true
	}
	return words
}

// protocolTexts are what git and forms say, of which no part may change (gitprotocol-http(5), gitprotocol-v2(5),
// gitprotocol-capabilities(5); RFC 7578).
const protocolTexts = `/info/refs?service=git-upload-pack
/info/refs?service=git-receive-pack
# service=git-upload-pack
# service=git-receive-pack
application/x-git-upload-pack-advertisement
application/x-git-receive-pack-advertisement
capabilities^{}
refs/heads/
refs/merge-requests/
refs/remotes/origin/
refs/pipelines/
symref-target:
symref=HEAD:refs/heads/
ref-prefix refs/
version 2
agent=git/
ls-refs=unborn
fetch=shallow wait-for-done
server-option
object-format=sha1
object-format=sha256
object-info
multi_ack_detailed
side-band-64k
ofs-delta
deepen-since
deepen-relative
no-progress
include-tag
allow-tip-sha1-in-want
allow-reachable-sha1-in-want
acknowledgments
shallow-info
wanted-refs
packfile-uris
Content-Disposition: form-data; name="file"; filename="`

// Bounds of what is remembered of payloads. A longer text is none that a runner has to understand.
const (
	maxSaid     = 256 // texts; of more the oldest are forgotten
	maxSaidText = 512 // bytes of each
)

// structure is what is no secret.
type structure struct {
	said []string // by payloads and by the user, the oldest first
	all  string   // said and protocolTexts
}

func newStructure() structure { return structure{all: protocolTexts} }

// has tells that a value is a part of it.
func (s *structure) has(value string) bool {
	return len(value) <= maxSaidText && (protocolWords[value] || strings.Contains(s.all, value))
}

// isStructure tells that a value, which is no token by its form, must not be replaced.
func (r *Redactor) isStructure(value string) bool {
	if !r.structure.has(value) {
		return false
	}
	n, _ := r.forms.marks.tokenAt([]byte(value))
	return n < len(value)
}

// say makes texts, and all parts of them, no secrets from now on. Those that were are let go of, and
// reported.
func (r *Redactor) say(texts []string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	k, changed, dropped := &r.structure, false, false
	for _, text := range texts[max(0, len(texts)-maxSaid):] {
		if len(text) < minSecret || len(text) > maxSaidText || slices.Contains(k.said, text) {
			continue
		}
		k.said, changed = append(k.said, strings.Clone(text)), true
		dropped = r.letGo(text) || dropped
	}
	if dropped {
		r.forms.rebuild() // once: it looks at all that is known
	}
	if !changed {
		return
	}
	k.said = slices.Clone(k.said[max(0, len(k.said)-maxSaid):])
	k.all = protocolTexts + "\x00" + strings.Join(k.said, "\x00") // no value has a part of two
}

// letGo forgets the secrets that stand in a text as they are. It tells whether there were any.
func (r *Redactor) letGo(said string) (dropped bool) {
	was := r.looking
	r.looking = true
	defer func() { r.looking = was }()
	found := map[*secret]bool{}
	r.scan(&text{now: []byte(said), found: func(_, _ int, of *secret) {
		if of != nil && !of.shows && strings.Contains(said, of.value) {
			found[of] = true
		}
	}}, 0, true)
	for s := range found {
		if r.secrets[s.value] != s {
			continue
		}
		r.forms.drop(s)
		delete(r.secrets, s.value)
		if r.standIns[s.standIn] == s {
			delete(r.standIns, s.standIn)
		}
		if s.name != "" && len(r.kept) < maxKept {
			r.kept[s.name] = true
		}
	}
	return len(found) > 0
}

// saidOf are the texts of a payload that runner, git and Docker have to understand; none of other objects.
func saidOf(payload []member) (all []string) {
	git, _ := field(payload, "git_info").([]member)
	info, isJob := field(payload, "job_info").([]member)
	if git == nil || !isJob {
		return nil
	}
	add := func(values ...any) {
		for _, v := range values {
			switch v := v.(type) {
			case string:
				all = append(all, v)
			case json.Number: // of a job, a project, a pipeline, which are in the paths of calls
				all = append(all, string(v))
			case []any:
				for _, element := range v {
					if s, ok := element.(string); ok {
						all = append(all, s)
					}
				}
			}
		}
	}
	add(field(git, "refspecs")) // first: there may be many, and the latest texts are known
	add(field(payload, "id"), field(info, "project_id"), field(info, "pipeline_id"), field(info, "project_full_path"))
	add(field(git, "ref"), field(git, "sha"), field(git, "before_sha"))
	if url, ok := field(git, "repo_url").(string); ok {
		all = append(all, withoutUserinfo(url))
	}
	images := []any{field(payload, "image")}
	services, _ := field(payload, "services").([]any)
	for _, image := range append(images, services...) {
		if image, ok := image.([]member); ok {
			add(field(image, "name"))
		}
	}
	variables, _ := field(payload, "variables").([]any)
	for _, v := range variables {
		if v, ok := v.([]member); ok {
			switch field(v, "key") {
			case "CI_SERVER_URL", "CI_API_V4_URL":
				add(field(v, "value"))
			}
		}
	}
	return all
}

// field is the first value of that key, nil if there is none.
func field(object []member, key string) any {
	for _, m := range object {
		if m.key == key {
			return m.value
		}
	}
	return nil
}

// withoutUserinfo is a URL without user and password.
func withoutUserinfo(url string) string {
	scheme, rest, ok := strings.Cut(url, "://")
	if !ok {
		return url
	}
	userinfo, _ := urlParts(rest)
	if userinfo == "" {
		return url
	}
	return scheme + "://" + rest[len(userinfo)+1:]
}
