package main

import (
	"bytes"
	"cmp"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"runnertape"
	"runnertape/decode"
	"runnertape/fixtures/planted"
)

// everywhere looks for what is left of secrets in all that was made of the session.
func (p *proof) everywhere() {
	p.Helper()
	all := p.session.Finder(nil)
	p.clean(all, "what the recorder says", []byte(p.said))
	p.files(all)
	p.clean(all, "the bodies, unpacked", p.unpacked(p.path))
	for _, view := range p.views() {
		name, out := p.view(view...)
		p.clean(all, name, out)
	}
	// What a reader was told before it was known to be a secret cannot be taken back.
	declared := p.session.Finder(func(s *planted.Secret) bool { return !s.Early })
	p.clean(declared, "the socket", []byte(p.tap.said.String()))
	p.clean(declared, "dump --follow", []byte(p.follow.String()))
}

// clean wants nothing of secrets in a text.
func (p *proof) clean(f *planted.Finder, where string, text []byte) {
	p.Helper()
	if len(text) == 0 && where != "what the recorder says" {
		p.Errorf("%s: there is nothing to look at", where)
	}
	for _, leak := range f.In(text) {
		p.leaks = append(p.leaks, proofLeak{leak, where, string(text[max(0, leak.At-60):min(len(text), leak.End+20)])})
	}
}

// proofLeak is one in a place.
type proofLeak struct {
	planted.Leak
	where, beside string
}

// report tells of each secret that is left once.
func (p *proof) report() {
	p.Helper()
	bySecret := map[*planted.Secret][]proofLeak{}
	for _, leak := range p.leaks {
		bySecret[leak.Secret] = append(bySecret[leak.Secret], leak)
	}
	for secret, leaks := range bySecret {
		slices.SortStableFunc(leaks, func(a, b proofLeak) int { return len(b.Encoding) - len(a.Encoding) })
		early := ""
		if secret.Early {
			early = " (may be said before it is declared)"
		}
		var places []string
		for _, leak := range leaks {
			places = append(places, leak.Encoding+" in "+leak.where)
		}
		p.Errorf("%s %q is left%s: %s; …%q…", secret.Kind, secret.Value, early, strings.Join(places[:min(8, len(places))], ", "), leaks[0].beside)
	}
}

// files looks at every byte of every file, as it is.
func (p *proof) files(f *planted.Finder) {
	p.Helper()
	mustDo(p.T, filepath.WalkDir(p.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.Type().IsRegular() {
			return err
		}
		if filepath.Base(filepath.Dir(path)) == "ca" {
			return nil // that has keys of its own
		}
		content, err := os.ReadFile(path)
		p.clean(f, filepath.Base(path), content)
		if filepath.Ext(path) == ".db" {
			p.clean(f, "what "+filepath.Base(path)+" has compressed", planted.Residue(content))
		}
		return err
	}))
}

// unpacked are all records and bodies of a recording, as they are, without their coding, and with JSON's escapes read.
func (p *proof) unpacked(path string) []byte {
	p.Helper()
	r, err := openRecording(path)
	mustDo(p.T, err)
	defer r.Close()
	var all bytes.Buffer
	mustDo(p.T, writePlain(&all, r))
	for x, err := range r.Exchanges() {
		mustDo(p.T, err)
		fmt.Fprintf(&all, "\n%+v %+v %+v\n", x.Request, x.Interim, x.Failure)
		if x.Response != nil {
			fmt.Fprintf(&all, "%+v\n", *x.Response)
		}
		for _, side := range []runnertape.Side{runnertape.RequestSide, runnertape.ResponseSide} {
			body := bodyWithout(p, r, x, side)
			all.Write(body)
			all.Write(planted.Strings(body))
		}
	}
	return all.Bytes()
}

// bodyWithout is a body without its coding.
func bodyWithout(p *proof, r recording, x *runnertape.Exchange, side runnertape.Side) []byte {
	p.Helper()
	body, err := r.Body(x.ID, side)
	mustDo(p.T, err)
	defer body.Close()
	content, err := io.ReadAll(body)
	mustDo(p.T, err)
	h := x.Request.Header
	if side == runnertape.ResponseSide {
		if x.Response == nil {
			return nil
		}
		h = x.Response.Header
	}
	if plain, err := decode.Plain(h, content, 64<<20); err == nil {
		return plain
	}
	return content
}

// views are the commands that show a recording, or make something of it.
func (p *proof) views() [][]string {
	views := [][]string{
		{"dump"},
		{"dump", "-v", "--full"},
		{"dump", "-vv", "--full"},
		{"dump", "--errors"},
		{"dump", "--json"},
		{"dump", "--curl"},
		{"dump", "--har"},
		{"jobs"},
		{"jobs", "--json"},
		{"jobs", "--runners"},
		{"check"},
		{"check", "--json"},
		{"export", p.path, "-"},
	}
	for _, j := range p.session.Jobs {
		id := fmt.Sprint(j.ID)
		views = append(views,
			[]string{"jobs", id},
			[]string{"jobs", id, "--json"},
			[]string{"dump", "--job", id, "--trace"},
			[]string{"dump", "--job", id, "--trace", "--plain"},
		)
	}
	return views
}

// view is what a command shows of the recording. An argument that is its path is where it belongs.
func (p *proof) view(args ...string) (name string, out []byte) {
	p.Helper()
	name = "proxy " + strings.Join(args, " ")
	if !slices.Contains(args, p.path) {
		args = append(slices.Clone(args), p.path)
	}
	process, stop, _ := testProcess(p.T)
	defer stop()
	var shown, said safeBuffer
	process.stdout, process.stderr = &shown, &said
	process.args = append([]string{"proxy"}, args...)
	if code := process.run(); code != exitOK {
		p.Errorf("%s: exit code %d: %s", name, code, cmp.Or(said.String(), shown.String()))
	}
	return name, []byte(shown.String() + said.String())
}
