package findings_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"runnertape"
	"runnertape/findings"
)

// samplesOdd are samples that show something odd on purpose.
var samplesOdd = map[string]string{
	"router_discovery/18": "router_found",
	"verify_runner/19":    "verify_refused",
	"request_job/job-19":  "feature_missing", // every field there is, and few features
}

// What package decode's samples of each generation of runners say is in order, also
// where the sample is of one call only.
func TestGenerations(t *testing.T) {
	var names []string
	for _, pattern := range []string{"1[0-9]", "generation-1[0-9]", "job-1[0-9]"} {
		found, err := filepath.Glob("../decode/testdata/*/" + pattern + ".txtar")
		if err != nil {
			t.Fatal(err)
		}
		names = append(names, found...)
	}
	if len(names) < 20 {
		t.Fatalf("%d samples", len(names))
	}
	for _, name := range names {
		which := strings.TrimSuffix(strings.TrimPrefix(name, "../decode/testdata/"), ".txtar")
		for _, f := range found(decodeSample(t, name)) {
			if f.Weight != findings.Note && f.Kind != samplesOdd[which] {
				t.Errorf("%s: %s", name, lines([]findings.Finding{f}))
			}
		}
	}
}

var sectionMark = regexp.MustCompile(`(?m)^-- (request|response|decoded)( [a-z 0-9]*)? --$`)

// decodeSample are the exchanges of a file of decode/testdata, without bodies: what
// these say is in its decoded sections.
func decodeSample(t *testing.T, name string) []*runnertape.Exchange {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	var list []*runnertape.Exchange
	marks := sectionMark.FindAllStringSubmatchIndex(text, -1)
	for i, m := range marks {
		end := len(text)
		if i+1 < len(marks) {
			end = marks[i+1][0]
		}
		section := strings.TrimPrefix(text[m[1]:end], "\n")
		head, _, _ := strings.Cut(section, "\n\n")
		start, fields, _ := strings.Cut(head, "\n")
		words := strings.Fields(start)
		switch kind := text[m[2]:m[3]]; kind {
		case "request":
			at := began.Add(time.Duration(len(list)) * time.Second)
			x := &runnertape.Exchange{ID: uint64(len(list) + 1), State: runnertape.Done, Scheme: "https", Started: at, Replied: at, Ended: at}
			x.Request.Method, x.Request.Target, x.Request.Header = words[0], words[1], header(fields)
			x.Host = x.Request.Header.Get("Host")
			list = append(list, x)
		case "response":
			status, _ := strconv.Atoi(words[1]) // 0 is found odd
			list[len(list)-1].Response = &runnertape.Response{Status: status, Header: header(fields)}
		case "decoded":
			x := list[len(list)-1]
			if err := json.Unmarshal([]byte(section), &x.Decoded); err != nil {
				t.Fatalf("%s: %v", name, err)
			}
		}
	}
	return list
}

func header(lines string) runnertape.Header {
	var h runnertape.Header
	for line := range strings.Lines(lines) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		h = append(h, runnertape.Field{Name: name, Value: strings.TrimSpace(value)})
	}
	return h
}
