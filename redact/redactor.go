package redact

import (
	"regexp"
	"strings"
	"sync"
)

// minSecret is the length from which a value is replaced wherever it stands.
// Shorter ones would hit unrelated text; GitLab does not mask them either.
const minSecret = 8

// maxSecret bounds a value that is replaced, and so what is held back of a
// stream to look for a secret's end. GitLab's own variables have at most 10,000
// characters; only TRIGGER_PAYLOAD, a webhook's whole body, may be longer.
const maxSecret = 256 << 10

// Redactor knows the secrets of one recording and their stand-ins. It is safe
// for concurrent use.
type Redactor struct {
	mu sync.Mutex
	// guarded by mu
	make      maker
	secrets   map[string]*secret // by their values; a stand-in that was met is its own
	standIns  map[string]*secret // by their stand-ins
	forms     *forms             // what to look for in bytes
	kept      map[string]bool    // names of variables and fields whose values stay
	line      []byte             // a text that is looked at
	recall    recall             // which secrets may be forgotten
	structure structure          // what is no secret
	patterns  []*regexp.Regexp   // what matches is a secret
	watched   bool               // somebody takes fresh
	replaced  int                // secrets that were
	counting  int                // how often that was begun
	fresh     []*secret          // learned since they were taken, or with more spellings
	looking   bool               // at what is kept: nothing is learned
	again     bool               // what comes has stand-ins already
	cut       bool               // the text that ends may go on elsewhere: its tokens are looked at later
}

// New returns a Redactor that knows no secret yet. The key is the recording's.
func New(key []byte) *Redactor {
	return &Redactor{
		make: maker{key}, secrets: map[string]*secret{}, standIns: map[string]*secret{}, counting: 1,
		forms: newForms(cues), kept: map[string]bool{}, recall: newRecall(), structure: newStructure(),
	}
}

// StandIn is what stands in for a value that is a secret by its place. A value
// that cannot be learned stays, as it does everywhere else: a token must be the same
// in the payload and in the header that repeats it.
func (r *Redactor) StandIn(value string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.standIn(value)
}

func (r *Redactor) standIn(value string) string {
	s := r.known(value)
	if s == nil {
		return value
	}
	r.used(s)
	r.count(s)
	switch {
	case len(s.value) == len(value):
		return s.standIn
	}
	return strings.Replace(value, s.value, s.standIn, 1)
}

// changes counts what was learned and forgotten.
func (r *Redactor) changes() uint64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.forms.change
}
