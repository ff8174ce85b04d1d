package store

import (
	"bytes"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"runnertape"
)

// A dictionary that changes where records refer to it: they stay as they are, and so do those to come.
func TestRecordsStayWhenTheirDictionaryChanges(t *testing.T) {
	path, w := newRecording(t)
	polls := func(from uint64) {
		for id := from; id < from+3*firstDictionary; id++ {
			x := exchange(id, runnertape.Done)
			x.Host = "a-host-that-all-of-them-have.example"
			must(t, w.Put(x))
			must(t, w.Commit())
		}
	}
	polls(1)
	if w.sampler.number == 0 {
		t.Fatal("there is no dictionary")
	}
	must(t, w.Put(exchange(500, runnertape.InFlight)))
	must(t, w.Commit())
	edited := 0
	must(t, w.Scrub(func(text []byte) bool {
		if !bytes.Contains(text, []byte("a-host-that-all")) {
			return false
		}
		edited++
		copy(text, bytes.ReplaceAll(text, []byte("a-host-that-all"), []byte("what-not-one-is")))
		return true
	}))
	if edited == 0 {
		t.Error("no dictionary was given")
	}
	polls(100)
	must(t, w.Close())
	r, err := Open(path)
	must(t, err)
	defer r.Close()
	for x, err := range r.Exchanges() {
		if err != nil {
			t.Fatal(err)
		}
		if x.ID != 500 && x.Host != "a-host-that-all-of-them-have.example" {
			t.Errorf("exchange %d is of host %s", x.ID, x.Host)
		}
	}
}

// A record that is too long for a sample is cut off in the dictionary, here within the secret.
func TestSecretThatADictionaryCuts(t *testing.T) {
	path, w := newRecording(t)
	random := rand.New(rand.NewPCG(3, 1))
	secret := make([]byte, 40)
	for i := range secret {
		secret[i] = byte(33 + random.IntN(90))
	}
	standIn := bytes.Repeat([]byte("s"), len(secret))
	put := func(id uint64, method string) {
		x := exchange(id, runnertape.Done)
		x.Request.Method = method
		if method != "GET" {
			value := func(room int) string { return strings.Repeat("x", room) + string(secret) + strings.Repeat("y", 300) }
			x.Request.Header = append(x.Request.Header, runnertape.Field{Name: "X", Value: value(1000)})
			at := bytes.Index(appendRecord(nil, x, &inlined{}), secret)
			x.Request.Header[1].Value = value(1000 + maxSampleBytes - len(secret)/2 - at)
		}
		must(t, w.Put(x))
		must(t, w.Commit())
	}
	put(1, "POST")
	for id := uint64(2); id <= 2*firstDictionary; id++ {
		put(id, "GET")
	}
	if w.sampler.number == 0 {
		t.Fatal("there is no dictionary")
	}
	put(100, "PUT") // a sample of the next
	for x, err := range w.Exchanges(0, 1000) {
		must(t, err)
		if x.Request.Method != "GET" {
			x.Request.Header[1].Value = strings.Replace(x.Request.Header[1].Value, string(secret), string(standIn), 1)
			must(t, w.Amend(x))
		}
	}
	must(t, w.Scrub(func(text []byte) bool {
		if bytes.Contains(text, secret) {
			t.Error("it is not cut")
		}
		return false
	}))
	cut := secret[:8]
	for _, sample := range w.sampler.samples {
		if bytes.Contains(sample, cut) {
			t.Error("it is in a sample")
		}
	}
	must(t, w.eachText(func(number uint32, text []byte) {
		if bytes.Contains(text, cut) {
			t.Errorf("it is in dictionary %d", number)
		}
	}))
	must(t, w.Close())
	b, err := os.ReadFile(path)
	must(t, err)
	if bytes.Contains(b, cut) {
		t.Error("it is in the file")
	}
}
