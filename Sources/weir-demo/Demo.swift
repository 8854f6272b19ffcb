#if Hummingbird
import Hummingbird
import AsyncHTTPClient
#endif
import ArgumentParser
@main struct Demo: ParsableCommand {}