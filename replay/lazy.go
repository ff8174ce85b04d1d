package replay

import (
	"fmt"
	"slices"
	"sync"

	"runnertape"
	"runnertape/decode"
)

// lazy is a part of the index that is read when it is first asked for.
type lazy[T any] struct {
	once  sync.Once
	read  func() (T, error)
	value T
}

// get is that part. What cannot be read of it is missing, and said.
func (l *lazy[T]) get(ix *index) T {
	l.once.Do(func() {
		var err error
		if l.value, err = l.read(); err != nil {
			ix.log.Error("read recording", "err", err)
		}
	})
	return l.value
}

// makeLazy says how the parts are read.
func (ix *index) makeLazy() {
	ix.runners.read = func() (seen runners, err error) {
		seen.refusals = refusals{}
		err = ix.each(func(x *runnertape.Exchange) {
			switch m := ix.message(x).(type) {
			case *decode.RegisterRunnerMessage:
				seen.sawRegister(m)
				seen.refusals.saw(x, decode.RegisterRunner, m.Request.Token)
			case *decode.VerifyRunnerMessage:
				seen.sawVerify(m)
				seen.refusals.saw(x, decode.VerifyRunner, m.Request.Token)
			case *decode.ResetTokenMessage:
				seen.sawReset(m)
				seen.refusals.saw(x, decode.ResetToken, m.Request.Token)
			case *decode.UnregisterRunnerMessage:
				seen.refusals.saw(x, decode.Endpoint(x.Decoded.Endpoint), m.Request.Token)
			}
		}, decode.RegisterRunner, decode.VerifyRunner, decode.ResetToken, decode.UnregisterRunner, decode.UnregisterRunnerManager)
		return seen, err
	}
	ix.storage.read = func() (map[string][]*object, error) {
		all := objects{}
		err := ix.each(all.add, decode.ObjectStorage)
		all.join()
		return all, err
	}
	ix.downloads.read = func() (map[int64]*download, error) {
		all := downloads{}
		err := ix.each(func(x *runnertape.Exchange) {
			if m, ok := ix.message(x).(*decode.DownloadArtifactsMessage); ok {
				all.add(x, m.ProducerJobID)
			}
		}, decode.DownloadArtifacts)
		for producer, d := range all {
			d.follow(ix.storage.get(ix), producer)
		}
		return all, err
	}
	ix.others.read = func() (lines, error) {
		all := newLines()
		return all, ix.each(func(x *runnertape.Exchange) {
			if ix.isOthers(x) {
				return
			}
			call := decode.Classify(x.Request.Method, x.Request.Path())
			all.add(x, otherKey(x.Request.Method, call))
		}, decode.Cache, decode.Unknown)
	}
	ix.repos.read = func() (map[string]*repo, error) {
		all := repos{}
		err := ix.each(all.add, decode.Git)
		if len(all) > 0 {
			prefixes, failed := ix.readPrefixes()
			if err == nil {
				err = failed
			}
			all.withoutRoots(prefixes)
		}
		return all, err
	}
}

// each reads the usable exchanges of some endpoints. It stops at the first that cannot be read.
func (ix *index) each(take func(*runnertape.Exchange), endpoints ...decode.Endpoint) error {
	fits := func(of *runnertape.Kind) bool {
		return of.Whole && slices.Contains(endpoints, decode.Endpoint(of.Endpoint))
	}
	left := ix.count(fits)
	if left == 0 {
		return nil
	}
	for e, err := range ix.src.Entries(0, ^uint64(0)) {
		if err != nil {
			return err
		}
		if !fits(e.Kind) {
			continue
		}
		x, err := ix.src.Exchange(e.ID)
		if err != nil {
			return err
		}
		take(x)
		if left--; left == 0 {
			break
		}
	}
	return nil
}

// readPrefixes finds the relative URL roots of the upstream, "" not among them,
// by an exchange of each kind.
func (ix *index) readPrefixes() (map[string]bool, error) {
	prefixes := map[string]bool{}
	for of, k := range ix.kinds {
		if endpoint := decode.Endpoint(of.Endpoint); endpoint == decode.Git || endpoint == decode.ObjectStorage || endpoint == decode.Cache {
			continue
		}
		x, err := ix.src.Exchange(k.first)
		if err != nil {
			return prefixes, fmt.Errorf("exchange %d: %w", k.first, err)
		}
		if prefix := decode.Classify(x.Request.Method, x.Request.Path()).Prefix; prefix != "" {
			prefixes[prefix] = true
		}
	}
	return prefixes, nil
}
