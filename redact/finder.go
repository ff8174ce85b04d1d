package redact

import (
	"slices"
	"strings"
)

// Finder looks for known secrets and for tokens in a text that is given in pieces. Neither the text nor what is known
// is changed: it is for what cannot be replaced.
type Finder struct {
	r     *Redactor
	text  []byte // what may begin something that ends in the next piece
	found []string
}

// NewFinder begins a text.
func (r *Redactor) NewFinder() *Finder { return &Finder{r: r} }

// findBytes are looked at in one go: meanwhile nobody else can use the Redactor.
const findBytes = 16 << 10

// maxFound bounds what is told of one text.
const maxFound = 10

// Write takes the next piece. It never fails.
func (f *Finder) Write(p []byte) (int, error) {
	for piece := range slices.Chunk(p, findBytes) {
		f.look(piece, false)
	}
	return len(p), nil
}

// End tells that the text is over. It returns what was found, as a message may say it: never the secret itself, but the name
// of the variable or field that declared it, or the prefix of a token nobody has. The first ten of them.
func (f *Finder) End() []string {
	f.look(nil, true)
	return f.found
}

func (f *Finder) look(p []byte, final bool) {
	f.text = append(f.text, p...)
	f.r.mu.Lock()
	defer f.r.mu.Unlock()
	i := 0
	for {
		i = f.r.forms.next(f.text, i)
		if len(f.text)-i < minSecret {
			break
		}
		what, n, open := f.r.findAt(f.text[i:], final)
		if open {
			break
		}
		if what != "" && len(f.found) < maxFound && !slices.Contains(f.found, what) {
			f.found = append(f.found, what)
		}
		i += max(1, n)
	}
	f.text = f.text[:copy(f.text, f.text[min(i, len(f.text)):])]
}

// findAt says what secret p begins with, and how long that is; a stand-in is none, and is passed over. Open tells that it
// depends on what follows p, unless p is final.
func (r *Redactor) findAt(p []byte, final bool) (what string, n int, open bool) {
	found, to, more := r.forms.at(p)
	switch {
	case more && !final:
		return "", 0, true
	case found != nil && string(p[:len(to)]) == to:
		return "", len(to), false
	case found != nil:
		return found.of.what(), len(to), false
	}
	n, open = r.forms.marks.tokenAt(p)
	if open = open && !final; n == 0 || open {
		return "", 0, open
	}
	if m := r.standInAt(p, n); m > 0 {
		return "", m, false
	}
	return whatToken(string(p[:n])), n, false
}

// what says what s is without saying it.
func (s *secret) what() string {
	if s.name != "" {
		return "the secret of " + s.name
	}
	return whatToken(s.value)
}

func whatToken(value string) string {
	switch prefix := tokenPrefix([]byte(value)); {
	case prefix != "":
		return "a token that begins with " + prefix
	case strings.HasPrefix(value, "eyJ"):
		return "a JSON Web Token"
	}
	return "a secret"
}

// maxName bounds the name of a secret.
const maxName = 80

// called notes what declared s. The name of a variable, as in CI_JOB_TOKEN, says more than that of a field, as in token.
func (s *secret) called(name string) {
	if s.name == "" || !isVariable(s.name) && isVariable(name) {
		s.name = strings.Clone(name[:min(len(name), maxName)])
	}
}

func isVariable(name string) bool { return strings.ToUpper(name) == name }
