package redact

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// What was a secret until a payload said it openly is none from then on, and is reported. It may be declared by a job that runs.
func TestSaidAfterwards(t *testing.T) {
	const branch, other = "release/2026-summer-4", "release/2027-winter-5"
	payload := func(ref string) []byte {
		return fmt.Appendf(nil, `{"job_info":{"project_full_path":"g/p"},"git_info":{"ref":%q,"refspecs":[]},"variables":[{"key":"TARGET","value":%q,"masked":true}]}`, ref, branch)
	}
	r := New(testKey)
	r.keepJournal()
	r.Give(Given{Values: []string{other}})
	r.LearnJSON(payload("main"))
	r.holdForJob(1, r.takeJournal(nil))
	text := "on " + branch + ", then " + other
	if got := r.String(text); strings.Contains(got, branch) || strings.Contains(got, other) {
		t.Fatalf("%s became %s", text, got)
	}
	r.LearnJSON(payload(branch))
	if got := r.String(text); !strings.Contains(got, branch) || strings.Contains(got, other) {
		t.Errorf("%s became %s", text, got)
	}
	r.LearnJSON(payload(other))
	if got := r.String(text); got != text {
		t.Errorf("%s became %s", text, got)
	}
	if kept := r.Kept(); !slices.Equal(kept, []string{givenName, "TARGET"}) {
		t.Errorf("reported are %q", kept)
	}
	r.jobEnded(1)
	if got := r.String(text); got != text {
		t.Errorf("when the job has ended, %s became %s", text, got)
	}
}

// A token by its form stays a secret wherever it is said.
func TestTokenSaid(t *testing.T) {
	const token = "glpat-Ab3dEf6hIj9lMn2pQr5t"
	r := New(testKey)
	r.Learn(token)
	r.LearnJSON([]byte(`{"job_info":{},"git_info":{"ref":"branch-` + token + `"}}`))
	if got := r.String(token); got == token {
		t.Error("it is no secret any more")
	}
}

// What is remembered of payloads is bound; what was said last is known.
func TestSaidIsBound(t *testing.T) {
	r := New(testKey)
	for i := range 3 * maxSaid {
		r.say([]string{fmt.Sprintf("refs/environments/number-%d", i), strings.Repeat("x", maxSaidText+1)})
	}
	if n := len(r.structure.said); n != maxSaid {
		t.Errorf("%d texts", n)
	}
	if last := fmt.Sprintf("environments/number-%d", 3*maxSaid-1); r.Learn(last) || !r.Learn("environments/number-0") {
		t.Error("the latest is a secret, or the first is none")
	}
}
