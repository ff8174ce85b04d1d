package redact

import (
	"bytes"
	"strings"
)

// Cut is like End for a text that is not over: it broke off, or goes on somewhere else. What begins a
// known secret or looks like a part of one at the end gets a stand-in, but nothing is learned of it: as a part it
// would be found in the whole one. Changed tells that there was such a thing.
func (s *Stream) Cut() (rest []byte, changed bool) {
	r := s.r
	r.mu.Lock()
	defer r.mu.Unlock()
	undecided := s.done - s.out
	r.looking = true
	rest = s.next(nil, true)
	r.looking = false
	changed = r.cutOff(&s.text, undecided)
	return rest, changed
}

// minCut is how many bytes of a secret tell that it begins.
const minCut = minSecret

// cutOff puts stand-ins where, from i on, secrets begin that may go on behind the end of t.
func (r *Redactor) cutOff(t *text, i int) (changed bool) {
	src := bytes.Clone(t.source())
	for ; len(src)-i >= minCut; i++ {
		if i < t.covered {
			continue
		}
		p := src[i:]
		to := ""
		if _, _, more := r.forms.at(p); more {
			to = r.forms.begunBy(p)
		}
		if to == "" {
			to = r.begunToken(p)
		}
		if to == "" {
			changed = r.begunCue(t, i, p) || changed
			continue
		}
		t.put(i, to, nil)
		changed = true
	}
	return changed
}

// begunBy is what takes the place of p, which is the beginning of something that is looked for; "" if it is none.
func (f *forms) begunBy(p []byte) string {
	for _, m := range f.byText {
		for ; m != nil; m = m.same {
			if from, to := m.texts(); len(from) > len(p) && from[:len(p)] == string(p) {
				return to[:len(p)]
			}
		}
	}
	return ""
}

// begunToken is what takes the place of p, which is a token up to its end; "" if it is none.
func (r *Redactor) begunToken(p []byte) string {
	n, open := r.forms.marks.tokenAt(p)
	if n == 0 && open {
		if prefix := len(tokenPrefix(p)); prefix > 0 && len(p) >= prefix+minCut {
			n = len(p)
		}
	}
	if n == 0 || r.standInAt(p[:n]) > 0 {
		return ""
	}
	return r.make.make(string(p[:n]), 0)
}

// begunCue puts stand-ins for what is beside the cue that p, which is t from i on, begins with.
func (r *Redactor) begunCue(t *text, i int, p []byte) (changed bool) {
	for _, c := range r.forms.marks.cuesAt(p) {
		if is, _ := c.isAt(p); !is {
			continue
		}
		c.cue.read(p[:min(len(p), maxCue)], func(value string) {
			at := strings.Index(string(p), value)
			if at < 0 || len(value) < minCut || r.make.isStandIn(value) || i+at < t.covered {
				return
			}
			if known, _ := r.forms.find([]byte(value)); known == nil {
				t.put(i+at, r.make.make(value, 0), nil)
				changed = true
			}
		})
	}
	return changed
}
