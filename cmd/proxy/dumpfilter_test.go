package main

import (
	"errors"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"runnertape"
)

func TestMatches(t *testing.T) {
	tests := []struct {
		glob, text string
		want       bool
	}{
		{"/api/v4/jobs/request", "/api/v4/jobs/request", true},
		{"/api/v4/jobs/request", "/api/v4/jobs/request/x", false},
		{"*/trace", "/api/v4/jobs/1/trace", true},
		{"*/trace", "/api/v4/jobs/1/traces", false},
		{"/api/*/jobs/*/trace", "/api/v4/jobs/1/trace", true},
		{"*", "", true},
		{"**", "/", true},
		{"?", "", false},
		{"/?b", "/ab", true},
		{"*a*a*a*a*a*a*a*a*a*b", strings.Repeat("a", 5000), false}, // at once, not for ever
	}
	for _, test := range tests {
		if got := matches(test.glob, test.text); got != test.want {
			t.Errorf("%s, %.40s: %v", test.glob, test.text, got)
		}
	}
}

func TestStatuses(t *testing.T) {
	tests := []struct {
		text    string
		yes, no []int
	}{
		{"404", []int{404}, []int{0, 403, 405}},
		{"4xx", []int{400, 499}, []int{0, 399, 500}},
		{"50X", []int{500, 509}, []int{499, 510}},
		{"400-409", []int{400, 409}, []int{399, 410}},
		{"4xx-502", []int{400, 502}, []int{399, 503}},
		{"none", []int{0}, []int{200, 404}},
		{"xxx", nil, nil},
		{"x4x", nil, nil},
		{"40", nil, nil},
		{"-404", nil, nil},
		{"500-400", nil, nil},
		{"4000", nil, nil},
		{"", nil, nil},
		{"404-", nil, nil},
		{"0xx", nil, nil},
	}
	for _, test := range tests {
		f := &filter{}
		if err := f.readStatuses([]string{test.text}); (err == nil) != (test.yes != nil) {
			t.Errorf("%q: %v", test.text, err)
			continue
		}
		for i, status := range append(test.yes, test.no...) {
			x := &runnertape.Exchange{State: runnertape.Done}
			if status > 0 {
				x.Response = &runnertape.Response{Status: status}
			}
			if got := f.tests[0](x); got != (i < len(test.yes)) {
				t.Errorf("%q, %d: %v", test.text, status, got)
			}
		}
	}
}

func TestNumbers(t *testing.T) {
	for text, want := range map[string]numbers{"5": {5, 5}, "3-7": {3, 7}, "7-": {7, 1<<64 - 1}, "7-7": {7, 7}} {
		if got, err := parseNumbers(text); err != nil || got != want {
			t.Errorf("%q: %v, %v", text, got, err)
		}
	}
	for _, text := range []string{"", "0", "-3", "7-3", "a", "1-2-3", "3-b", "99999999999999999999", "+3"} {
		if got, err := parseNumbers(text); err == nil {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestIsRunner(t *testing.T) {
	r := &runnertape.Runner{Token: "IF2RTO3XC", SystemID: "s_1746f8786189", Version: "17.9.0", Executor: "docker+machine"}
	for text, want := range map[string]bool{
		"IF2RTO3XC": true, "IF2": true, "s_17": true, "17": true, "17.9": true, "17.9.0": true, "17.": true, "docker+machine": true, "Docker+Machine": true,
		"glrt-IF2RTO3XC35VZCNMMGNC": true, "glrt-IF2RTO3XD35VZCNMMGNC": false,
		"1": false, "17.9.01": false, "F2": false, "docker": false, "s_18": false,
	} {
		if got := isRunner(r, text); got != want {
			t.Errorf("%q: %v", text, got)
		}
	}
}

func TestMoments(t *testing.T) {
	created := time.Date(2026, 11, 23, 9, 0, 0, 0, time.FixedZone("", -4*3600)) // 13:00 UTC
	src := &fewExchanges{created: created, started: []time.Time{created.Add(time.Minute), created.Add(time.Hour)}}
	tests := []struct{ text, want string }{
		{"15:04", "2026-11-23T15:04:00Z"},
		{"15:04:05.250", "2026-11-23T15:04:05.25Z"},
		{"2026-11-24", "2026-11-24T00:00:00Z"},
		{"2026-11-24 10:00", "2026-11-24T10:00:00Z"},
		{"2026-11-24T10:00:30", "2026-11-24T10:00:30Z"},
		{"2026-11-24T10:00:00+02:00", "2026-11-24T08:00:00Z"},
		{"10m", "2026-11-23T13:50:00Z"},
		{"1h30m", "2026-11-23T12:30:00Z"},
		{"-10m", ""},
		{"0s", ""},
		{"25:00", ""},
		{"yesterday", ""},
		{"10", ""},
	}
	for _, test := range tests {
		var m moment
		err := m.read("--since", test.text)
		if (err == nil) != (test.want != "") {
			t.Errorf("%s: %v", test.text, err)
			continue
		}
		if err != nil {
			continue
		}
		mustDo(t, m.settle(src))
		if got := m.at.UTC().Format(time.RFC3339Nano); got != test.want {
			t.Errorf("%s: %s, want %s", test.text, got, test.want)
		}
	}
}

// A text is found wherever pieces end, and not where there is none.
func TestSearch(t *testing.T) {
	const text = "needle"
	for _, test := range []struct {
		in   string
		want bool
	}{
		{text, true},
		{"nee" + text, true},
		{text + "x", true},
		{"needl", false},
		{"", false},
		{"needneedlneedle", true},
		{strings.Repeat("n", 32<<10-3) + "eedle", true},
		{strings.Repeat("x", 64<<10-3) + text, true},
		{strings.Repeat("nee", 30<<10), false},
	} {
		whole, err := newSearch(text).in(strings.NewReader(test.in))
		pieces, otherErr := newSearch(text).in(iotest.OneByteReader(strings.NewReader(test.in)))
		if whole != test.want || pieces != test.want || err != nil || otherErr != nil {
			t.Errorf("%d bytes: %v, in pieces %v, %v %v", len(test.in), whole, pieces, err, otherErr)
		}
	}
	wrong := errors.New("disk")
	if _, err := newSearch(text).in(iotest.ErrReader(wrong)); !errors.Is(err, wrong) {
		t.Errorf("an error of reading: %v", err)
	}
	if found, err := newSearch(text).in(iotest.ErrReader(errUnpack)); found || err != nil {
		t.Errorf("an error of unpacking: %v %v", found, err)
	}
}

func TestFailed(t *testing.T) {
	answered := func(endpoint string, status int, fields ...runnertape.Field) *runnertape.Exchange {
		return &runnertape.Exchange{
			State: runnertape.Done, Decoded: &runnertape.Decoded{Endpoint: endpoint},
			Response: &runnertape.Response{Status: status, Header: fields},
		}
	}
	jobStatus := func(s string) runnertape.Field { return runnertape.Field{Name: "Job-Status", Value: s} }
	challenge := runnertape.Field{Name: "WWW-Authenticate", Value: "Basic"}
	with := func(x *runnertape.Exchange, change func(*runnertape.Exchange)) *runnertape.Exchange {
		change(x)
		return x
	}
	tests := []struct {
		name string
		x    *runnertape.Exchange
		want bool
	}{
		{"success", answered("request_job", 201), false},
		{"redirect", answered("download_artifacts", 302), false},
		{"server error", answered("request_job", 502), true},
		{"forbidden", answered("request_job", 403), true},
		{"rate limit", answered("request_job", 429), true},
		{"not decoded", &runnertape.Exchange{State: runnertape.Done, Response: &runnertape.Response{Status: 404}}, true},
		{"offset", answered("patch_trace", 416), true},
		{"another was quicker", answered("request_job", 409), false},
		{"conflict elsewhere", answered("update_job", 409), true},
		{"no router", answered("router_discovery", 501), false},
		{"no cache yet", with(answered("cache", 404), func(x *runnertape.Exchange) { x.Request.Method = "GET" }), false},
		{"no bucket", with(answered("cache", 404), func(x *runnertape.Exchange) { x.Request.Method = "PUT" }), true},
		{"challenge", answered("git", 401, challenge), false},
		{"no challenge", answered("git", 401), true},
		{"wrong credentials", with(answered("git", 401, challenge), func(x *runnertape.Exchange) {
			x.Request.Header = runnertape.Header{{Name: "Authorization", Value: "Basic eA=="}}
		}), true},
		{"job was canceled", answered("patch_trace", 403, jobStatus("canceled")), false},
		{"job has succeeded", answered("update_job", 403, jobStatus("success")), false},
		{"job was failed", answered("update_job", 403, jobStatus("failed")), true},
		{"token wrong", answered("update_job", 403), true},
		{"ours", with(answered("unknown", 502), func(x *runnertape.Exchange) { x.Response.Ours = true }), true},
		{"broken off", with(answered("git", 200), func(x *runnertape.Exchange) { x.Failure = &runnertape.Failure{} }), true},
		{"nothing came", &runnertape.Exchange{State: runnertape.Done}, true},
		{"in flight", &runnertape.Exchange{State: runnertape.InFlight}, false},
	}
	for _, test := range tests {
		if got := failed(test.x); got != test.want {
			t.Errorf("%s: %v", test.name, got)
		}
	}
}
