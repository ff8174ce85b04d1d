package user

import (
	"testing"

	"runnertape/proxy/recordtest"
	"runnertape/replay/replaytest"
)

func TestReplay(t *testing.T) {
	srv := replaytest.StartWith(t, "testdata/hello.txtar", replaytest.Options{AllowUnused: true})
	res, err := srv.Client().Get(srv.URL() + "/api/v4/runners/router/discovery")
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 501 {
		t.Errorf("status %d", res.StatusCode)
	}
}

func TestRecord(t *testing.T) {
	srv := recordtest.Start(t, "testdata/hello.txtar", recordtest.Options{Replay: replaytest.Options{AllowUnused: true}})
	if srv.Recording() != recordtest.Updating() {
		t.Error("it should record with -update only")
	}
}
