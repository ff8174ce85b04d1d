package main

import (
	"fmt"

	"runnertape"
)

// workload is what is done to each subject.
type workload struct {
	name   string
	kind   kind
	size   int64 // of a body, in bytes
	conns  int
	secure bool  // TLS; what stands between intercepts it
	fresh  bool  // a new connection for each request
	ranges bool  // patches are answered with how much of the trace is held
	count  int64 // requests in a round; 0: as many as there is time for
}

// sizes are what -quick makes small.
type sizes struct {
	body  int64 // of artifacts
	idle  int   // polls held
	conns int   // the most at once
}

// workloads are all of them. names are stable: -only and readers of -json rely on them.
func workloads(z sizes) []workload {
	var all []workload
	for _, secure := range []bool{false, true} {
		for _, conns := range []int{1, 16, z.conns} {
			all = append(all, workload{kind: polls, conns: conns, secure: secure})
		}
		for _, size := range []int64{1 << 10, 16 << 10, 64 << 10} {
			for _, conns := range []int{1, 16, z.conns} {
				if !secure || size == 16<<10 {
					all = append(all, workload{kind: patches, size: size, conns: conns, secure: secure})
				}
			}
		}
	}
	all = append(all, workload{kind: polls, conns: 16, secure: true, fresh: true})
	for _, secure := range []bool{false, true} {
		for _, k := range []kind{uploads, downloads} {
			all = append(all, workload{kind: k, size: z.body, conns: 1, secure: secure, count: 1})
		}
	}
	all = append(all, workload{kind: holds, conns: z.idle})
	for i := range all {
		all[i].name = all[i].makeName()
	}
	return all
}

func (w *workload) makeName() string {
	name := string(w.kind)
	if w.size > 0 {
		name += "-" + bytesName(w.size)
	}
	name += "/http"
	if w.secure {
		name += "s"
	}
	if w.fresh {
		name += "-new"
	}
	return fmt.Sprintf("%s/%d", name, w.conns)
}

func bytesName(n int64) string {
	for _, u := range []struct {
		bytes int64
		name  string
	}{{1 << 30, "GiB"}, {1 << 20, "MiB"}, {1 << 10, "KiB"}} {
		if n%u.bytes == 0 {
			return fmt.Sprintf("%d%s", n/u.bytes, u.name)
		}
	}
	return fmt.Sprintf("%dB", n)
}

// big workloads move artifacts; their figure is a rate of bytes.
func (w *workload) big() bool { return w.kind == uploads || w.kind == downloads }

// expected are the digests that bodies of a recording may have on one side; nil if
// redaction changes them, as it does the token in a poll.
func (w *workload) expected() (runnertape.Side, map[string]bool) {
	switch w.kind {
	case patches:
		return runnertape.RequestSide, traceDigests(w.size)
	case uploads:
		return runnertape.RequestSide, map[string]bool{uploadDigest(w.size): true}
	case downloads:
		return runnertape.ResponseSide, map[string]bool{downloadDigest(w.size): true}
	}
	return 0, nil
}

// task is a round of w through a subject.
func (w *workload) task(s *standing, at *site, seconds float64, job int64) task {
	t := task{
		Kind: w.kind, Size: w.size, Conns: w.conns, Seconds: seconds, Count: w.count, Fresh: w.fresh, Ranges: w.ranges,
		Address: s.address, Way: s.way, Upstream: at.authority(), Job: job,
	}
	if w.secure {
		t.CA = s.ca
	}
	return t
}
