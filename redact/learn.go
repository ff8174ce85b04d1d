package redact

import "strings"

// notSecret are values that stand where secrets do and are the same everywhere:
// user names of tokens, and what the runner writes where a secret was.
var notSecret = map[string]bool{
	"gitlab-ci-token": true, "x-oauth-basic": true, "[MASKED]": true, "[FILTERED]": true, "[REDACTED]": true,
}

// Learn makes value a secret from now on, in all its encodings; blanks around it
// do not count. It is false if the value is too short, too long or too uniform to be
// replaced wherever it stands, or a part of what the protocol says. What is a stand-in already stays one.
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
		if !fits(value) || r.isStructure(value) {
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
	if !r.stays(value) {
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
