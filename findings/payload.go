package findings

import (
	"bytes"
	"encoding/json"
	"strings"

	"runnertape/decode"
)

var (
	payloadNotJSON    = kind("payload_not_json", Fault, "1.3.5")
	payloadUnreadable = kind("payload_unreadable", Fault, "1.5")
	payloadWrongType  = kind("payload_wrong_type", Fault, "1.5")
	payloadRunShape   = kind("payload_run_shape", Fault, "1.5")
	payloadRunTwice   = kind("payload_run_and_script", Fault, "1.5")
	payloadIDTooBig   = kind("payload_id_too_big", Fault, "1.5")
	featureMissing    = kind("feature_missing", Warning, "1.3.5")
	noTimeout         = kind("no_timeout", Note, "1.5")
)

// handed is the exchange's payload and the request it answers, if it is one.
func handed(s *seen) (*decode.RequestJobMessage, bool) {
	m, ok := isOf[*decode.RequestJobMessage](s)
	return m, ok && s.status == 201
}

// payloadRead looks at whether the runner could read the job. Whether it did is
// known only from what came after, see [lost].
func payloadRead(s *seen) {
	m, ok := handed(s)
	switch {
	case !ok:
	case !isJSON(s.header("Content-Type")):
		s.say(payloadNotJSON, "201 with content type %s, not application/json: the runner lost %s", quote(s.header("Content-Type")), ofJob(m))
	case m.Job == nil && s.x.Response.Body.Truncated: // see brokenOff
	case m.Job == nil:
		s.say(payloadUnreadable, "201 with a payload that is no JSON object%s: the runner lost the job", because(strings.Join(m.Faults, "; ")))
	case len(m.Job.Faults) > 0:
		s.say(payloadWrongType, "the payload has %s of a wrong type: a runner loses such a job%s",
			count(len(m.Job.Faults), "field"), because(strings.Join(m.Job.Faults, "; ")))
	}
}

func ofJob(m *decode.RequestJobMessage) string {
	if m.Job == nil {
		return "the job"
	}
	return "job " + quote(m.Job.JobInfo.Name)
}

// payloadRun looks at run, whose JSON has to be a string: common/spec/spec.go
// Run.UnmarshalJSON since 18.9, a plain string field since 17.1.
func payloadRun(s *seen) {
	m, ok := handed(s)
	if !ok || m.Job == nil || len(m.Job.Run) == 0 || s.version.before(17, 1) {
		return
	}
	raw := bytes.TrimSpace(m.Job.Run)
	var text string
	isText := json.Unmarshal(raw, &text) == nil && raw[0] == '"'
	null := bytes.Equal(raw, []byte("null"))
	switch {
	case s.version.since(18, 9) && (null || isText && text == ""):
		s.say(payloadRunShape, "run is %s in the payload: from 18.9 on that breaks the job; leave it out, or send \"[]\"", raw)
	case !isText && !null && s.version.known():
		s.say(payloadRunShape, "run is no string in the payload but %s: the runner loses the job", quote(string(raw[:min(40, len(raw))])))
	}
	if !isText || text == "" || text == "[]" {
		return
	}
	for _, step := range m.Job.Steps {
		if len(step.Script) > 0 {
			s.say(payloadRunTwice, "the payload has both run and the script of step %s: the runner fails the job", quote(step.Name))
			return
		}
	}
}

func payloadSize(s *seen) {
	m, ok := handed(s)
	if !ok || m.Job == nil || m.Job.ID < 1<<31 || !s.version.before(14, 9) {
		return
	}
	if a := m.Request.Info.Architecture; a == "386" || a == "arm" {
		s.say(payloadIDTooBig, "job number %d does not fit the 32 bits a runner of version %s has for it on %s", m.Job.ID, s.version, quote(a))
	}
}

func timeoutMissing(s *seen) {
	if m, ok := handed(s); ok && m.Job != nil && m.Job.RunnerInfo.TimeoutSeconds == 0 {
		s.say(noTimeout, "the payload has no timeout: the runner takes 7200 s")
	}
}

// featuresMissing looks for what a job asks for and its runner did not say it
// can. GitLab should have dropped such a job (GitLab app/models/ci/build.rb
// runner_required_feature_names), so whoever handed it out did not look.
func featuresMissing(s *seen) {
	m, ok := handed(s)
	if !ok || m.Job == nil || m.Request.Info.Version == "" {
		return
	}
	can, job := m.Request.Info.Features, m.Job
	var missing []string
	need := func(needed, has bool, name string) {
		if needed && !has {
			missing = append(missing, name)
		}
	}
	var exclude, fallback, more bool
	for _, a := range job.Artifacts {
		exclude = exclude || len(a.Exclude) > 0
	}
	for _, c := range job.Cache {
		fallback = fallback || len(c.FallbackKeys) > 0
	}
	for _, step := range job.Steps {
		more = more || step.Name != "script" && step.Name != "after_script"
	}
	need(len(job.Artifacts) > 1, can.UploadMultipleArtifacts, "upload_multiple_artifacts")
	need(exclude, can.ArtifactsExclude, "artifacts_exclude")
	need(fallback, can.FallbackCacheKeys, "fallback_cache_keys")
	need(len(job.GitInfo.Refspecs) > 0, can.Refspecs, "refspecs")
	need(more, can.MultiBuildSteps, "multi_build_steps")
	need(len(job.Secrets) > 0, can.VaultSecrets, "vault_secrets")
	need(len(job.Inputs) > 0, can.JobInputs, "job_inputs")
	if len(missing) > 0 {
		s.say(featureMissing, "the job needs what the runner did not say it can: %s", strings.Join(missing, ", "))
	}
}

// learnPayload keeps of a payload what later rules need.
func (a *aside) learnPayload(s *seen, m *decode.RequestJobMessage) {
	if m.Job == nil {
		return
	}
	a.handedOut = true
	a.notJSON = !isJSON(s.header("Content-Type"))
	a.cut = s.x.Response.Body.Truncated
	a.faults = m.Job.Faults
	a.reasons = m.Job.Features.FailureReasons
	a.strategy = m.Job.Variable("GIT_STRATEGY")
	a.token = m.Job.Token
}
