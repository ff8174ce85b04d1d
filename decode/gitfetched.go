package decode

import (
	"slices"
	"strings"
)

// gitSections are those of an answer to a fetch of version 2.
var gitSections = []string{"acknowledgments", "shallow-info", "wanted-refs", "packfile-uris", "packfile"}

// fetched reads a line of the answer to a fetch.
func (r *offerReader) fetched(data []byte, s string) {
	if r.m.Version == 2 && r.section == "" && slices.Contains(gitSections, s) {
		r.section = s
		return
	}
	word, rest, _ := strings.Cut(s, " ")
	switch {
	case r.section == "packfile", r.section == "" && len(data) > 0 && data[0] >= 1 && data[0] <= 3:
		r.banded(data)
	case r.section == "wanted-refs":
		if len(r.o.WantedRefs) < maxNames {
			r.o.WantedRefs = append(r.o.WantedRefs, Ref{ID: clean(word, 64), Name: clean(rest, 256)})
		}
	case r.section == "packfile-uris":
		r.o.PackURIs++
	case word == "ACK":
		r.o.Acks++
		r.o.Ready = r.o.Ready || strings.HasSuffix(rest, " ready")
	case word == "ready":
		r.o.Ready = true
	case word == "shallow":
		r.o.Shallow = some(r.o.Shallow, rest)
	case word == "unshallow":
		r.o.Unshallow = some(r.o.Unshallow, rest)
	}
}

// banded reads a line of a side band: 1 is the pack, or of a push the report; 2 is talk; 3 is an error.
func (r *offerReader) banded(data []byte) {
	switch {
	case len(data) == 0:
	case data[0] == 1:
		r.band = append(r.band, data[1:]...)
		if r.o.Pack == nil && r.m.Command == "fetch" {
			r.o.Pack = packHead(r.band)
		}
	case data[0] == 3:
		r.m.Answer.ErrorText = clean(strings.TrimSpace(string(data[1:])), 200)
	}
}

// pushed reads a line of the answer to a push.
func (r *offerReader) pushed(data []byte) {
	if len(data) > 0 && data[0] >= 1 && data[0] <= 3 {
		r.banded(data)
		return
	}
	r.o.Report = some(r.o.Report, strings.TrimSuffix(string(data), "\n"))
}

// report reads the pkt-lines inside band 1 of the answer to a push.
func (r *offerReader) report(band []byte) {
	if r.m.Command != "push" {
		return
	}
	for line, err := range pktLines(band) {
		if err != nil {
			return
		}
		if line.kind == pktData {
			r.o.Report = some(r.o.Report, strings.TrimSuffix(string(line.data), "\n"))
		}
	}
}
