package redact

import (
	"slices"
	"strings"
	"sync"
)

// minSecret is the length from which a value is replaced wherever it stands.
// Shorter ones would hit unrelated text; GitLab does not mask them either.
const minSecret = 8

// maxSecret bounds what is held back of a stream to look for a secret's end.
const maxSecret = 64 << 10

// Redactor knows the secrets of one recording and their stand-ins. It is safe
// for concurrent use.
type Redactor struct {
	mu sync.Mutex
	// guarded by mu
	make     maker
	secrets  map[string]string // secret → stand-in
	standIns map[string]string // stand-in → secret
	forms    *forms            // what to look for in bytes
	kept     map[string]bool   // names of variables whose values stay
}

// New returns a Redactor that knows no secret yet. The key is the recording's.
func New(key []byte) *Redactor {
	return &Redactor{make: maker{key}, secrets: map[string]string{}, standIns: map[string]string{}, forms: newForms(), kept: map[string]bool{}}
}

// Learn makes value a secret from now on, in all its encodings. It is false if
// the value is too short or too uniform to be replaced wherever it stands. What is a stand-in already stays one.
func (r *Redactor) Learn(value string) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.learn(value)
}

func (r *Redactor) learn(value string) bool {
	if len(value) < minSecret || len(value) > maxSecret {
		return false
	}
	if _, known := r.secrets[value]; known {
		return true
	}
	if _, known := r.standIns[value]; known || r.make.isStandIn(value) {
		return true
	}
	varied, check := r.make.positions(value)
	if len(varied)+len(check) < minVaried {
		return false
	}
	standIn := r.make.make(value, 0)
	for attempt := byte(1); r.standIns[standIn] != "" && attempt != 0; attempt++ {
		standIn = r.make.make(value, attempt)
	}
	r.secrets[value], r.standIns[standIn] = standIn, value
	r.forms.addValue(value, standIn)
	r.learnParts(value, standIn)
	return true
}

// learnParts learns what of a secret is shown by itself: the short form of a
// runner token, which is in every job log and in folder names (gitlab-runner
// helpers/shorten_token.go), and the lines of a key or a configuration file.
func (r *Redactor) learnParts(value, standIn string) {
	if kept := keptPrefix(value); kept > 0 && strings.HasPrefix(value, "glrt-") {
		for _, n := range []int{9, 8} {
			for _, from := range []int{len("glrt-"), kept} {
				if from+n < len(value) {
					r.forms.add(value[from:from+n], standIn[from:from+n])
				}
			}
		}
	}
	if !strings.Contains(value, "\n") {
		return
	}
	at := 0
	for line := range strings.Lines(value) {
		start := at
		at += len(line)
		text := strings.TrimSpace(line)
		if len(text) < 3*minSecret || strings.HasPrefix(text, "-----") {
			continue
		}
		start += strings.Index(line, text)
		r.forms.add(text, standIn[start:start+len(text)])
	}
}

// String is s with stand-ins where known secrets were. It has the length of s.
func (r *Redactor) String(s string) string {
	return string(r.Bytes([]byte(s)))
}

// Bytes is like String. It changes p and returns it.
func (r *Redactor) Bytes(p []byte) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.replace(p, true)
	return p
}

// StandIn is what stands in for a value that is a secret by its place, also if
// it is too short to be one everywhere.
func (r *Redactor) StandIn(value string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.learn(value) {
		if standIn, ok := r.secrets[value]; ok {
			return standIn
		}
		return value // a stand-in
	}
	return r.make.make(value, 0)
}

// Stream redacts one body given in pieces. The result does not depend on where it was cut.
type Stream struct {
	r    *Redactor
	tail []byte // what may be the beginning of a secret
}

// NewStream begins a body.
func (r *Redactor) NewStream() *Stream { return &Stream{r: r} }

// Write takes the next piece and returns what is ready, which is valid until
// the next call. p is not changed.
func (s *Stream) Write(p []byte) []byte {
	s.tail = append(slices.Clip(s.tail), p...)
	s.r.mu.Lock()
	ready := s.r.replace(s.tail, false)
	s.r.mu.Unlock()
	out := s.tail[:ready]
	s.tail = s.tail[ready:]
	return out
}

// End returns the rest.
func (s *Stream) End() []byte {
	out := s.r.Bytes(s.tail)
	s.tail = nil
	return out
}
