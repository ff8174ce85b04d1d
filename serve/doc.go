// Package serve puts together what stands behind a door: a Recorder with redaction, the decoder and the recording that they
// write; and a Replayer with the git that serves its clones, its CA and a place for what runners send. A command, a
// demonstration and a test of somebody's program record and replay in the same way, because it is this one.
//
//	src, err := serve.Open("passing-job.txtar")
//	r, err := serve.NewReplay(cut, src, replay.Options{Logger: log}, func(r *replay.Replayer) (*proxy.CA, error) {
//		return proxy.LoadCA(dir, serve.Hosts(r)...)
//	})
//	defer r.Close()
//	err = r.Serve(done, cut, listener)
//
// Flags, signals and what is said to people are not of this room.
package serve
