package main

import (
	"fmt"
	"io"
	"regexp"
	"slices"

	"runnertape/redact"
)

// leak is a secret that is in a recording as it is: what `proxy scan --json` prints, a contract,
// described in docs/scan.md.
type leak struct {
	Recording string      `json:"recording"`
	Kind      string      `json:"kind"`
	Name      string      `json:"name,omitempty"`
	Begins    string      `json:"begins,omitempty"`
	Length    int         `json:"length"`
	Value     string      `json:"value,omitempty"`
	Places    int64       `json:"places"`
	At        []leakPlace `json:"at"`
}

// leakPlace is one place of a leak.
type leakPlace struct {
	Exchange uint64 `json:"exchange,omitempty"`
	Endpoint string `json:"endpoint,omitempty"`
	Part     string `json:"part"`
	Byte     int64  `json:"byte"`
	Line     int64  `json:"line,omitempty"`
}

// unusedBytes is the part that no exchange has. Bytes are not counted in it: it is put together of what is left.
const unusedBytes = "unused bytes of the file"

// Bounds of what is remembered of one recording.
const (
	maxLeaks  = 10000 // values
	maxPlaces = 3     // of a value, without --all
)

// leakList gathers what is found in one recording, by value.
type leakList struct {
	all     bool // places
	allow   []*regexp.Regexp
	byValue map[string]*leak
	order   []*leak
	allowed int64 // places of values that are allowed
	more    int64 // places of values that did not fit
}

func newLeakList(s *scanSettings) *leakList {
	return &leakList{all: s.all, allow: s.allow, byValue: map[string]*leak{}}
}

// wants tells whether the place of l will be printed.
func (f *leakList) wants(l redact.Leak) bool {
	known := f.byValue[l.Value]
	return !f.allows(l.Value) && (f.all || known == nil || len(known.At) < maxPlaces)
}

func (f *leakList) allows(value string) bool {
	return slices.ContainsFunc(f.allow, func(re *regexp.Regexp) bool { return re.MatchString(value) })
}

// knows tells whether a value was found already.
func (f *leakList) knows(value string) bool { return f.byValue[value] != nil }

func (f *leakList) add(l redact.Leak, place leakPlace) {
	if f.allows(l.Value) {
		f.allowed++
		return
	}
	known := f.byValue[l.Value]
	if known == nil {
		if len(f.order) == maxLeaks {
			f.more++
			return
		}
		known = &leak{Kind: l.Kind, Name: l.Where, Begins: l.Value[:redact.Public(l.Value)], Length: len(l.Value), Value: l.Value}
		f.byValue[l.Value] = known
		f.order = append(f.order, known)
	}
	known.Places++
	if place.Byte = int64(l.At); f.all || len(known.At) < maxPlaces {
		known.At = append(known.At, place)
	}
}

// tell prints what was found.
func (n *scanner) tell() (found bool, err error) {
	f := n.leaks
	out := newJSONLines()
	places := f.more
	for _, l := range f.order {
		l.Recording = n.path
		places += l.Places
		if n.settings.json {
			if !n.settings.show {
				l.Value = ""
			}
			err = out.write(n.stdout, l)
		} else {
			err = l.write(n.stdout, n.settings.show)
		}
		if err != nil {
			return true, err
		}
	}
	what := "no secret found"
	if len(f.order) > 0 {
		what = fmt.Sprintf("%s at %s", count(int64(len(f.order)), "secret"), count(places, "place"))
	}
	beside := ""
	if f.more > 0 {
		beside += fmt.Sprintf("; %s of more values than are named", count(f.more, "place"))
	}
	if f.allowed > 0 {
		beside += fmt.Sprintf("; %s allowed", count(f.allowed, "place"))
	}
	n.say("%s: %s in %s with %s of bodies%s", n.path, what, count(n.exchanges, "exchange"), byteSize(n.bodies), beside)
	return len(f.order) > 0, nil
}

// write prints a line for each place.
func (l *leak) write(w io.Writer, show bool) error {
	what := l.Kind
	switch {
	case show:
		what += " " + l.Value
	case l.Begins != "":
		what += " " + l.Begins + "…"
	}
	if l.Name != "" && l.Begins == "" {
		what += fmt.Sprintf(" beside %q", l.Name)
	}
	what += fmt.Sprintf(" (%s)", count(int64(l.Length), "character"))
	for _, place := range l.At {
		if _, err := fmt.Fprintln(w, printable(fmt.Sprintf("%s: %s: %s", l.Recording, place, what))); err != nil {
			return err
		}
	}
	if more := l.Places - int64(len(l.At)); more > 0 {
		_, err := fmt.Fprintln(w, printable(fmt.Sprintf("%s: %s: %s", l.Recording, count(more, "more place"), what)))
		return err
	}
	return nil
}

// String names the place: "exchange 17 patch_trace request body, byte 1234 (line 40)".
func (p leakPlace) String() string {
	text := p.Part
	if text == unusedBytes {
		return text + "; proxy compact makes it anew"
	}
	if p.Exchange > 0 {
		text = fmt.Sprintf("exchange %d %s %s", p.Exchange, p.Endpoint, p.Part)
		if p.Endpoint == "" {
			text = fmt.Sprintf("exchange %d %s", p.Exchange, p.Part)
		}
	}
	text += fmt.Sprintf(", byte %d", p.Byte)
	if p.Line > 0 {
		text += fmt.Sprintf(" (line %d)", p.Line)
	}
	return text
}
