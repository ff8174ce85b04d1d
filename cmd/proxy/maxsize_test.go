package main

import (
	"testing"

	"runnertape"
	"runnertape/decode"
)

func TestParseSize(t *testing.T) {
	for text, want := range map[string]int64{
		"0": 0, "1048576": 1 << 20, "64MiB": 64 << 20, "2 GiB": 2 << 30, "500MB": 500e6, "7kB": 7000, "1TiB": 1 << 40, "3B": 3,
		"": -1, "MiB": -1, "-1": -1, "1.5GiB": -1, "1mib": -1, "9223372036854775807KiB": -1,
	} {
		got, err := parseSize(text)
		if err != nil {
			got = -1
		}
		if got != want {
			t.Errorf("%q is %d, want %d", text, got, want)
		}
	}
}

func TestEndsJob(t *testing.T) {
	update := func(message string) *runnertape.Exchange {
		return &runnertape.Exchange{Decoded: &runnertape.Decoded{Endpoint: string(decode.UpdateJob), JobID: 1, Message: []byte(message)}}
	}
	for _, test := range []struct {
		x    *runnertape.Exchange
		want bool
	}{
		{&runnertape.Exchange{}, false},
		{&runnertape.Exchange{Decoded: &runnertape.Decoded{Endpoint: string(decode.PatchTrace), JobID: 1, Message: []byte(`{}`)}}, false},
		{update(`{"request":{"state":"running"},"answer":{"status":200}}`), false},
		{update(`{"request":{"state":"success"},"answer":{"status":202}}`), false},
		{update(`{"request":{"state":"success"},"answer":{"status":200}}`), true},
		{update(`{`), false},
	} {
		if got := endsJob(test.x); got != test.want {
			t.Errorf("%+v: %v", test.x.Decoded, got)
		}
	}
}
