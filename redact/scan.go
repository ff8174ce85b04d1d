package redact

// text is a body, or a piece of one, that is redacted from its beginning on.
type text struct {
	now     []byte // with stand-ins, as far as it is done
	was     []byte // what it was, of the same length; empty if there is nothing to replace yet
	covered int    // bytes that are replaced already, which may be more than are done
	part    byte   // of the byte behind those, as a character of base64, the bits that are replaced too
	line    int    // bytes that patterns have seen
	wait    int    // bytes that must be there for a cue to be read again, 0 if none waits
	git     bool   // it is what git says: names of objects stay

	found func(at, end int, of *secret) // is told of each place that is replaced, of is nil for a token; nil: nobody is
}

// source is t as it was.
func (t *text) source() []byte {
	if len(t.was) > 0 {
		return t.was
	}
	return t.now
}

// scan looks for secrets in t from i on and puts their stand-ins where they are.
// Secrets are looked for in what was there before: of two that overlap, each byte of
// both is replaced.
//
// It stops where what comes next depends on bytes that are not there yet, unless
// t is final: it is done up to ready. What is in covered bytes begins no token, and is no cue.
// What shows itself, as a token by its prefix or beside a cue, is learned, and is known from there on.
func (r *Redactor) scan(t *text, i int, final bool) (ready int) {
	if len(r.patterns) == 0 {
		return r.scanTo(t, i, len(t.now), final)
	}
	for {
		if i = r.scanTo(t, i, t.line, final); i < t.line || !r.learnLine(t, final) {
			return i
		}
	}
}

// scanTo is scan for what begins before end.
func (r *Redactor) scanTo(t *text, i, end int, final bool) (ready int) {
	src := t.source()
	for ; ; i++ {
		i = min(end, r.forms.next(src[:min(len(src), end+minSecret-1)], i))
		if len(src)-i < minSecret {
			if final {
				i = end
			}
			return min(i, end)
		}
		if i == end {
			return i
		}
		found, to, more := r.forms.at(src[i:])
		if more && !final {
			return i
		}
		if i >= t.covered && !r.looking { // or nothing is learned
			learned, open := r.readCues(t, src[i:], final)
			if open {
				return i
			}
			if learned {
				if found, to, more = r.forms.at(src[i:]); more && !final {
					return i
				}
			}
		}
		if found != nil && t.git {
			is, open := inObjectID(src, i, i+len(to))
			if open && !final {
				return i
			}
			if is {
				continue
			}
		}
		if found != nil && found.same != nil {
			found, to = t.fitting(found, i, to)
		}
		if found != nil {
			r.used(found.of) // one is enough for the spelling to stay
		} else if i >= t.covered {
			n, open := r.forms.marks.tokenAt(src[i:])
			if open && !final {
				return i
			}
			to = r.tokenStandIn(src[i:], n)
		}
		if end := i + len(to); end > t.covered && to != "" {
			if t.found != nil && to != string(src[i:end]) {
				t.tell(i, end, found)
			}
			if found != nil && to != string(src[i:end]) {
				r.count(found.of)
			}
			t.put(i, to, found)
			src = t.was
		}
	}
}

// tell tells of what is replaced.
func (t *text) tell(i, end int, found *form) {
	if found == nil {
		t.found(i, end, nil)
	} else {
		t.found(i, end, found.of)
	}
}

// put replaces what is at i, which is a spelling of a secret or, without one, a token. What is
// covered stays. Of base64 the bits at its edges are replaced as well.
func (t *text) put(i int, to string, found *form) {
	if len(t.was) == 0 {
		t.was = append(t.was, t.now...)
	}
	var before, behind edge
	if found != nil {
		before, behind = found.edges()
	}
	if i > t.covered {
		t.setEdge(i-1, before)
	}
	from, end := max(i, t.covered), i+len(to)
	seam := t.now[from]
	copy(t.now[from:], to[from-i:])
	if from == t.covered && t.part != 0 && found.isBase64() {
		t.now[from] = merge(t.now[from], sextet[seam], t.part)
	}
	t.covered, t.part = end, 0
	if end < len(t.now) && t.setEdge(end, behind) {
		t.part = behind.mask
	}
}

// setEdge replaces the bits of an edge that is at i, if they are those of the secret.
func (t *text) setEdge(i int, e edge) bool {
	was := sextet[t.was[i]]
	if e.mask == 0 || was > 63 || was&e.mask != e.was {
		return false
	}
	mask := e.mask
	if i == t.covered {
		mask &^= t.part
	}
	t.now[i] = merge(t.now[i], e.to, mask)
	return true
}

// first is where the first thing may begin in p that scan looks for. If there are
// fewer than minSecret bytes behind it, there is none.
func (r *Redactor) first(p []byte) int {
	if len(r.patterns) > 0 {
		return 0
	}
	return r.forms.next(p, 0)
}

// String is s with stand-ins where known secrets were. It has the length of s.
func (r *Redactor) String(s string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text(s)
}

func (r *Redactor) text(s string) string {
	r.line = append(r.line[:0], s...)
	at := r.first(r.line)
	if len(s)-at < minSecret { // most have no secret
		return s
	}
	r.scan(&text{now: r.line}, at, true)
	return string(r.line)
}

// Bytes is like String. It changes p and returns it.
func (r *Redactor) Bytes(p []byte) []byte {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.bytes(p)
}

func (r *Redactor) bytes(p []byte) []byte {
	if at := r.first(p); len(p)-at >= minSecret { // most texts have no secret
		r.scan(&text{now: p}, at, true)
	}
	return p
}
