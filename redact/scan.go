package redact

// scan looks for secrets in src and puts their stand-ins into dst, which has
// the length of src and begins as a copy of it. Secrets are looked for in what was
// there before: of two that overlap, each byte of both is replaced.
//
// It stops where what comes next depends on bytes that are not there yet, unless
// src is final: dst is done up to ready. The bytes up to covered, which may be more,
// have been replaced, and what is in there begins no token. Tokens that show
// themselves by their prefix are learned.
func (r *Redactor) scan(src, dst []byte, covered int, final bool) (ready, cover int) {
	for i := 0; ; i++ {
		i = r.forms.next(src, i)
		if len(src)-i < minSecret {
			if final {
				i = len(src)
			}
			return i, covered
		}
		to, more := r.forms.at(src[i:])
		if more && !final {
			return i, covered
		}
		if to == "" && i >= covered {
			n, open := tokenAt(src[i:])
			if open && !final {
				return i, covered
			}
			to = r.tokenStandIn(src[i : i+n])
		}
		if end := i + len(to); end > covered {
			from := max(i, covered)
			copy(dst[from:end], to[from-i:])
			covered = end
		}
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
	return r.bytes(p)
}

func (r *Redactor) bytes(p []byte) []byte {
	at := r.forms.next(p, 0)
	if rest := p[at:]; len(rest) >= minSecret { // most texts have no secret, and need no copy
		r.scan([]byte(string(rest)), rest, 0, true)
	}
	return p
}
