package main

import (
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"runnertape/redact"
)

// doStandIn is `standin RECORDING NAME=VALUE…`: sets $NAME to what stands in for VALUE in the recording.
func doStandIn(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: standin RECORDING NAME=VALUE…")
	}
	src, err := openRecording(ts.MkAbs(args[0]))
	ts.Check(err)
	defer src.Close()
	rules := redact.New(src.Header().Key)
	for _, arg := range args[1:] {
		name, value, _ := strings.Cut(arg, "=")
		standIn := rules.StandIn(value)
		if standIn == value {
			ts.Fatalf("%s is no secret", value)
		}
		ts.Setenv(name, standIn)
	}
}
