package findings

import (
	"cmp"
	"strings"

	"runnertape/decode"
)

var (
	payloadNotJSON = kind("payload_not_json", Fault, "1.3.5")
	payloadCut     = kind("payload_cut", Fault, "1.5")
	payloadLost    = kind("payload_lost", Fault, "1.5")
	payloadDoubt   = kind("payload_doubtful", Warning, "1.5")
	payloadFails   = kind("payload_fails", Fault, "1.5")
	featureMissing = kind("feature_missing", Warning, "1.3.5")
	noTimeout      = kind("no_timeout", Note, "1.5")
)

// handed is the exchange's payload and the request it answers, if it is one.
func handed(s *seen) (*decode.RequestJobMessage, bool) {
	m, ok := isOf[*decode.RequestJobMessage](s)
	return m, ok && s.status == 201
}

// payloadRead looks at whether the runner could read the job.
func payloadRead(s *seen) {
	m, ok := handed(s)
	if !ok {
		return
	}
	why := clean(strings.Join(m.Lost, "; "), 200)
	switch contentType := s.header("Content-Type"); {
	case contentType == "":
		s.say(payloadNotJSON, "201 without content type application/json: the runner lost %s", ofJob(m))
	case !isJSON(contentType):
		s.say(payloadNotJSON, "201 with content type %s, not application/json: the runner lost %s", quote(contentType), ofJob(m))
	case s.x.Response.Body.Truncated:
		s.say(payloadCut, "201 whose payload broke off after %s%s: the runner never had %s", count(s.x.Response.Body.Bytes, "byte"), s.failure(), ofJob(m))
	case len(m.Lost) > 0 && s.version.Known():
		s.say(payloadLost, "201 that a runner of version %s does not understand, so that it lost %s: %s", s.version, ofJob(m), why)
	case len(m.Lost) > 0:
		s.say(payloadDoubt, "201 that some runners do not understand, so that they lose %s: %s", ofJob(m), why)
	}
	if len(m.Fails) > 0 {
		s.say(payloadFails, "the runner fails %s before any script: %s", ofJob(m), clean(strings.Join(m.Fails, "; "), 200))
	}
}

func ofJob(m *decode.RequestJobMessage) string {
	if m.Job == nil || m.Job.JobInfo.Name == "" {
		return "the job"
	}
	return "job " + quote(m.Job.JobInfo.Name)
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
	a.payload, a.pickedUp = s.x.ID, cmp.Or(s.x.Replied, s.x.Ended)
	a.unread = len(m.Lost) > 0
	a.reasons = m.Job.Features.FailureReasons
	a.clones = m.Job.ClonedProject() != ""
	a.token = m.Job.Token
	for _, d := range m.Job.Dependencies {
		if d.ArtifactsFile.Filename != "" {
			a.wants++
		}
	}
	for _, artifact := range m.Job.Artifacts {
		if artifact.When != "on_failure" {
			a.makes++
		}
	}
}
