package redact

import (
	"bytes"
	"strings"
)

// Cut is like End for a text that is not over: it broke off, or goes on somewhere else. What begins a
// known secret or looks like a part of one at the end gets a stand-in, but is not learned: as a part it
// would be found in the whole one. That is what is behind the first sure bytes of rest.
func (s *Stream) Cut() (rest []byte, sure int) {
	r := s.r
	r.mu.Lock()
	defer r.mu.Unlock()
	undecided := s.done - s.out
	r.learnWhole(s.text.source()[s.done:])
	r.looking, r.cut = true, true
	rest = s.next(nil, true)
	r.looking, r.cut = false, false
	return rest, r.cutOff(&s.text, undecided, !r.again)
}

// minCut is how many bytes of a secret tell that it begins.
const minCut = minSecret

// learnWhole learns what shows itself in p and does not go on behind its end.
func (r *Redactor) learnWhole(p []byte) {
	for ; len(p) >= minCut; p = p[1:] {
		if n, open := r.forms.marks.tokenAt(p); n > 0 && !open {
			r.tokenStandIn(p, n)
		}
		r.besideCues(p, func(kind, value string, at int) {
			if at+len(value) < len(p) {
				r.learnFound(kind, value)
			}
		})
	}
}

// besideCues tells of what is beside the cue that p begins with, and where in p that is.
func (r *Redactor) besideCues(p []byte, found func(kind, value string, at int)) {
	for _, c := range r.forms.marks.cuesAt(p) {
		if is, _ := c.isAt(p); !is {
			continue
		}
		c.cue.read(p[:min(len(p), maxCue)], func(value string) {
			if at := strings.Index(string(p), value); at >= 0 {
				found(c.cue.kind, value, at)
			}
		})
	}
}

// cutOff puts stand-ins where, from i on, known secrets begin that may go on behind the end of t and,
// if it may guess, where something begins that looks like one. The first of them begins behind sure bytes.
func (r *Redactor) cutOff(t *text, i int, guess bool) (sure int) {
	src := bytes.Clone(t.source())
	sure = len(src)
	for ; len(src)-i >= minCut; i++ {
		p := src[i:]
		to := ""
		if _, _, more := r.forms.at(p); more && t.covered < len(src) { // also one that another was the beginning of
			to = r.forms.begunBy(p)
		}
		if to == "" && guess && i >= t.covered {
			to = r.begunToken(p)
		}
		if to != "" {
			sure = min(sure, max(i, t.covered))
			t.put(i, to, nil)
		}
		if to != "" || !guess || i < t.covered && !t.stays(i, minCue) {
			continue
		}
		r.besideCues(p, func(_, value string, at int) {
			if at+len(value) == len(p) && len(value) >= minCut && !r.make.isStandIn(value) && i+at >= t.covered {
				sure = min(sure, i+at)
				t.put(i+at, r.make.make(value, 0), nil)
			}
		})
	}
	return sure
}

// stays tells whether n bytes from i on are as they were: a cue before the first lines of a key, which are replaced.
func (t *text) stays(i, n int) bool {
	return bytes.Equal(t.now[i:i+n], t.source()[i:i+n])
}

// shortened puts stand-ins where known secrets begin in texts that were cut short, as gists are.
func (r *Redactor) shortened(p []byte) {
	const mark = "…"
	for rest := p; ; {
		at := bytes.Index(rest, []byte(mark))
		if at < 0 {
			return
		}
		r.cutOff(&text{now: rest[:at]}, max(0, at-maxToken), false)
		rest = rest[at+len(mark):]
	}
}

// parts puts stand-ins where known secrets begin, of which other bytes follow anywhere: of two patches between
// which one was cut, a dictionary may have the first.
func (r *Redactor) parts(p []byte) {
	src := bytes.Clone(p)
	for i := r.forms.next(src, 0); len(src)-i >= minCut; i = r.forms.next(src, i+1) {
		copy(p[i:], r.forms.sharedBy(src[i:]))
	}
}

// sharedBy is what takes the place of the longest beginning of p that is one of something that is looked for; "" if there is none.
func (f *forms) sharedBy(p []byte) (longest string) {
	for _, m := range f.byText {
		for ; m != nil; m = m.same {
			from, to := m.texts()
			n := 0
			for n < min(len(from), len(p)) && from[n] == p[n] {
				n++
			}
			if n >= minCut && n > len(longest) {
				longest = to[:n]
			}
		}
	}
	return longest
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

// minBegunJWT is the length from which the beginning of a JSON Web Token is one.
const minBegunJWT = 24

// begunToken is what takes the place of p, which is a token up to its end; "" if it is none.
func (r *Redactor) begunToken(p []byte) string {
	n, open := r.forms.marks.tokenAt(p)
	if !open {
		return ""
	}
	if n == 0 {
		least := len(tokenPrefix(p)) + minCut
		if beginsOne(p, jwtHeads) {
			least = minBegunJWT
		}
		if least == minCut || len(p) < least {
			return ""
		}
		n = len(p)
	}
	if r.standInAt(p, n) > 0 {
		return ""
	}
	return r.make.make(string(p[:n]), 0)
}
