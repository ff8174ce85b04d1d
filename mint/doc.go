// Package mint makes recordings of jobs that never ran: of what GitLab would have said, had it had such a job, and nothing of
// what a runner did. A replay of one gives the job to a runner.
//
//	t := mint.New(mint.Origin{Seed: "any text", Job: 1, Project: "group/project"})
//	r, err := t.Mint(mint.Job{Script: []string{"make test"}})
//	err = fixtures.Write(w, r)
//
// A template is nothing ([New]), a payload ([FromPayload]), or a job of a recording ([FromRecording]) with what it fetched: its clone,
// the artifacts of other jobs. [Template.Mint] changes what is said, in the payload's JSON itself: members it knows nothing of
// stay, and so do order and bytes of what is not said.
//
// The same template and the same job give the same bytes: times are fixed, tokens are made of the seed. Tokens have GitLab's form, and are
// stand-ins (package redact) by the key in the header, so that nobody takes them for secrets. What a user says is
// kept as it is; if redaction would replace some of it, the header says that the recording is not redacted ([Recording.Secrets]).
package mint
