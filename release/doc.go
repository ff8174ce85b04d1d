// Command release builds what is published: for each platform an archive with the proxy command, its documents,
// completion for shells and manual page, and SHA256SUMS of all archives.
//
//	go run ./release                         all platforms, into dist/, of the version that git describes
//	go run ./release v1.2.3                  of that version
//	go run ./release -only linux/amd64       some platforms, with commas between
//	go run ./release -modified               also if something was changed after the commit
//
// It needs Go and git only: archives are written here, as what tar, gzip and zip write differs
// between machines. The same commit, version and Go give the same bytes anywhere: binaries are static,
// know no path of this machine (-trimpath), and every time is that of the commit, or SOURCE_DATE_EPOCH.
//
// Beside each archive, dist/OS-ARCH/proxy is the binary in it; with what else is there for Linux, it is for the Containerfile.
package main
