package redact

import (
	"maps"
	"regexp"
	"slices"
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
	make     maker
	secrets  map[string]*secret // by their values; a stand-in that was met is its own
	standIns map[string]*secret // by their stand-ins
	forms    *forms             // what to look for in bytes
	kept     map[string]bool    // names of variables and fields whose values stay
	line     []byte             // a text that is looked at
	recall   recall             // which secrets may be forgotten
	patterns []*regexp.Regexp   // what matches is a secret
	watched  bool               // somebody takes fresh
	fresh    []*secret          // learned since they were taken, or with more spellings
	looking  bool               // at what is kept: nothing is learned
	cut      bool               // the text that ends may go on elsewhere: its tokens are looked at later
}

// New returns a Redactor that knows no secret yet. The key is the recording's.
func New(key []byte) *Redactor {
	return &Redactor{
		make: maker{key}, secrets: map[string]*secret{}, standIns: map[string]*secret{},
		forms: newForms(cues), kept: map[string]bool{}, recall: newRecall(),
	}
}

// notSecret are values that stand where secrets do and are the same everywhere:
// user names of tokens, and what the runner writes where a secret was.
var notSecret = map[string]bool{
	"gitlab-ci-token": true, "x-oauth-basic": true, "[MASKED]": true, "[FILTERED]": true, "[REDACTED]": true,
}

// Learn makes value a secret from now on, in all its encodings; blanks around it
// do not count. It is false if the value is too short, too long or too uniform to be
// replaced wherever it stands. What is a stand-in already stays one.
func (r *Redactor) Learn(value string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.learn(value) != nil
}

// learn is nil if value is not learned.
func (r *Redactor) learn(value string) *secret {
	s := r.known(value)
	if s != nil {
		r.declared(s)
	}
	return s
}

// known is the secret of that value, which need not have been known before.
func (r *Redactor) known(value string) *secret {
	value = strings.TrimSpace(value)
	if len(value) < minSecret || len(value) > maxSecret || notSecret[value] {
		return nil
	}
	s := r.secrets[value]
	if s == nil {
		if own := len(r.forms.marks.ownPrefix([]byte(value))); own > 0 && len(value) >= own+minToken {
			return r.known(value[own:])
		}
		if !fits(value) {
			return nil
		}
		s = r.newSecret(strings.Clone(value)) // not the whole body it is in
	}
	return s
}

func (r *Redactor) newSecret(value string) *secret {
	s := &secret{value: value, standIn: value}
	if r.looking {
		s.holders = 1 // or it would be remembered
		return s
	}
	if r.standIns[value] == nil && !r.make.isStandIn(value) {
		s.standIn = r.make.make(value, 0)
		for attempt := byte(1); r.standIns[s.standIn] != nil && attempt != 0; attempt++ {
			s.standIn = r.make.make(value, attempt)
		}
		passed := r.passed(value)
		r.forms.addValue(s)
		if passed != value {
			r.forms.addText(s, passed, s.standIn)
		}
	}
	n, _ := r.forms.marks.tokenAt([]byte(value))
	s.shows = n == len(value)
	r.secrets[value], r.standIns[s.standIn] = s, s
	if s.standIn == value || keptPrefix(value) > 0 {
		r.forms.addStandIn(s) // or what is in it, or a token with something behind it, would look new
	}
	r.learnLines(s)
	r.learnedLate(s)
	return s
}

// Kinds of the names by which a value that stays is reported.
const (
	variableName = ""
	jsonKey      = "key "
	header       = "header "
)

// learnNamed learns the value of a variable, a field or a key that holds a secret and
// nothing else.
func (r *Redactor) learnNamed(kind, name, value string) {
	r.mu.Lock()
	s := r.learn(value)
	if s != nil {
		s.called(name)
	}
	r.mu.Unlock()
	if s == nil && value != "" && !notSecret[value] {
		r.note(kind + name)
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
	switch {
	case len(s.value) == len(value):
		return s.standIn
	}
	return strings.Replace(value, s.value, s.standIn, 1)
}

// maxKept bounds the list of values that stay.
const maxKept = 1000

// note remembers a name whose value stays.
func (r *Redactor) note(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if len(r.kept) < maxKept {
		r.kept[strings.Clone(name)] = true
	}
}

// Kept are the names of variables, keys and header fields whose values should be
// secret but stayed as they are, because they are too short, too long or too common
// to be replaced wherever they stand. In order.
func (r *Redactor) Kept() []string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Sorted(maps.Keys(r.kept))
}
