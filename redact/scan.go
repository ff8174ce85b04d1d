package redact

// text is a body, or a piece of one, that is redacted from its beginning on.
type text struct {
	now     []byte // with stand-ins, as far as it is done
	was     []byte // what it was, of the same length; empty if there is nothing to replace yet
	covered int    // bytes that are replaced already, which may be more than are done
}

// scan looks for secrets in t from i on and puts their stand-ins where they are.
// Secrets are looked for in what was there before: of two that overlap, each byte of
// both is replaced.
//
// It stops where what comes next depends on bytes that are not there yet, unless
// t is final: it is done up to ready. What is in covered bytes begins no token.
// Tokens that show themselves by their prefix are learned.
func (r *Redactor) scan(t *text, i int, final bool) (ready int) {
	src := t.now
	if len(t.was) > 0 {
		src = t.was
	}
	for ; ; i++ {
		i = r.forms.next(src, i)
		if len(src)-i < minSecret {
			if final {
				i = len(src)
			}
			return i
		}
		found, more := r.forms.at(src[i:])
		if more && !final {
			return i
		}
		to := ""
		if found != nil {
			to = found.to
			r.used(found.of[0]) // one is enough for the spelling to stay
		} else if i >= t.covered {
			n, open := tokenAt(src[i:])
			if open && !final {
				return i
			}
			to = r.tokenStandIn(src[i : i+n])
		}
		if end := i + len(to); to != "" && end > t.covered {
			if len(t.was) == 0 {
				t.was = append(t.was, t.now...)
				src = t.was
			}
			from := max(i, t.covered)
			copy(t.now[from:end], to[from-i:])
			t.covered = end
		}
	}
}

// String is s with stand-ins where known secrets were. It has the length of s.
func (r *Redactor) String(s string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text(s)
}

func (r *Redactor) text(s string) string {
	r.line = append(r.line[:0], s...)
	at := r.forms.next(r.line, 0)
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
	if at := r.forms.next(p, 0); len(p)-at >= minSecret { // most texts have no secret
		r.scan(&text{now: p}, at, true)
	}
	return p
}
