package decode

import "strings"

// advertised reads a line of info/refs: of version 2 capabilities, of version 0 refs,
// the first with capabilities (gitprotocol-http(5), gitprotocol-pack(5)).
func (r *offerReader) advertised(s string) {
	switch {
	case strings.HasPrefix(s, "# service="):
	case s == "version 2":
		r.o.Version, r.caps = 2, true
	case s == "version 1":
		r.o.Version = 1
	case r.caps:
		r.o.Capabilities = some(r.o.Capabilities, s)
	default:
		s, capabilities, first := strings.Cut(s, "\x00")
		for c := range strings.FieldsSeq(capabilities) {
			r.o.Capabilities = some(r.o.Capabilities, c)
		}
		if first && strings.HasSuffix(s, " capabilities^{}") { // of an empty repository
			return
		}
		if id, ok := strings.CutPrefix(s, "shallow "); ok {
			r.o.Shallow = some(r.o.Shallow, id)
			return
		}
		r.ref(s)
		if target, ok := symref(r.o.Capabilities); ok && first && len(r.o.Refs) == 1 && r.o.Refs[0].Name == "HEAD" {
			r.o.Refs[0].Target = target
		}
	}
}

// symref is what HEAD is, by the capabilities of version 0.
func symref(capabilities []string) (string, bool) {
	for _, c := range capabilities {
		if target, ok := strings.CutPrefix(c, "symref=HEAD:"); ok {
			return target, true
		}
	}
	return "", false
}

// ref reads "ID NAME", in ls-refs with "symref-target:REF" and "peeled:ID" behind. In
// version 0 a peeled tag is a line of its own, "ID NAME^{}".
func (r *offerReader) ref(s string) {
	words := strings.Fields(s)
	if len(words) < 2 {
		return
	}
	if name, ok := strings.CutSuffix(words[1], "^{}"); ok {
		if i := len(r.o.Refs) - 1; i >= 0 && r.o.Refs[i].Name == clean(name, 256) {
			r.o.Refs[i].Peeled = clean(words[0], 64)
		}
		return
	}
	r.o.RefCount++
	if len(r.o.Refs) >= maxNames {
		return
	}
	ref := Ref{ID: clean(words[0], 64), Name: clean(words[1], 256)}
	for _, word := range words[2:] {
		if target, ok := strings.CutPrefix(word, "symref-target:"); ok {
			ref.Target = clean(target, 256)
		} else if id, ok := strings.CutPrefix(word, "peeled:"); ok {
			ref.Peeled = clean(id, 64)
		}
	}
	r.o.Refs = append(r.o.Refs, ref)
}
