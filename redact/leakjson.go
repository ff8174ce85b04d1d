package redact

import "bytes"

// jsonLeaks is Leaks of a JSON body: in its strings, whatever escapes they have, as redaction looks at
// them. Of JSON that breaks off it is Leaks of the text.
func (r *Redactor) jsonLeaks(p []byte) []Leak {
	end := firstValue(p)
	if end == 0 {
		return r.Leaks(p)
	}
	var all []Leak
	now := r.redactJSON(bytes.Clone(p), end)
	for l := (lexer{text: p[:end]}); ; {
		kind, raw := l.next()
		if kind == 0 {
			break
		}
		if kind != '"' && kind != '0' || bytes.Equal(raw, now[l.start:l.start+len(raw)]) {
			continue
		}
		if kind == '"' {
			all = append(all, r.stringLeaks(raw, l.start, p)...)
		} else { // a sensitive number
			all = append(all, Leak{Kind: "secret", At: l.start, Len: len(raw), Where: nameBefore(p[max(0, l.start-maxLookBack):l.start]), Value: string(raw)})
		}
	}
	for _, leak := range r.replacedIn(p[end:]) {
		leak.At += end
		all = append(all, leak)
	}
	names := nameWindow{found: func(l Leak) { all = append(all, l) }, isStandIn: r.IsStandIn}
	names.write(now)
	names.end()
	return all
}

// stringLeaks are those of a string in which something is replaced, at start in p.
func (r *Redactor) stringLeaks(raw []byte, start int, p []byte) []Leak {
	text, at := unquote(raw)
	at = append(at, len(raw))
	before := p[max(0, start-maxLookBack):start]
	all := r.replacedIn(text)
	for i := range all {
		l := &all[i]
		if l.Where == "" {
			l.Kind, l.Where = kindOfLeak(l.Value, before), nameBefore(before)
		}
		from, to := at[l.At], at[l.At+l.Len]
		l.At, l.Len = start+from, to-from
	}
	return all
}

// replacedIn are the leaks of a text that the Redactor would replace.
func (r *Redactor) replacedIn(text []byte) []Leak {
	var all []Leak
	s := r.newKnownStream(func(l Leak) { all = append(all, l) })
	s.Write(text)
	s.End()
	return all
}
