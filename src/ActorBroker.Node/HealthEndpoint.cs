using System.Globalization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ActorBroker.Node;

/// <summary>Answers GET /health with the node's state as JSON: 200 when all is well, 503 when a partition is fenced.</summary>
internal sealed class HealthEndpoint : IAsyncDisposable
{
    private readonly WebApplication? _web;

    private HealthEndpoint(WebApplication? web, string? address)
    {
        _web = web;
        Address = address;
    }

    /// <summary>host:port that is listened on; null when there is no endpoint.</summary>
    public string? Address { get; }

    /// <exception cref="NodeStartException">The port cannot be used.</exception>
    public static async Task<HealthEndpoint> StartAsync(BrokerNode node)
    {
        var (host, port) = (node.Settings.HttpHost, node.Settings.HttpPort);
        if (port < 0)
        {
            return new HealthEndpoint(null, null);
        }

        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls(string.Create(CultureInfo.InvariantCulture, $"http://{host}:{port}"));
        builder.WebHost.ConfigureKestrel(server =>
        {
            server.Limits.MaxConcurrentConnections = node.Settings.HttpConnectionsMax;
            server.Limits.MaxRequestBodySize = 0;
        });
        var web = builder.Build();
        web.MapGet("/health", () =>
        {
            var health = node.Health();
            return Results.Json(health, statusCode: health.Status == "ok" ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        });
        try
        {
            await web.StartAsync().ConfigureAwait(false);
        }
        catch (IOException cause)
        {
            await web.DisposeAsync().ConfigureAwait(false);
            throw new NodeStartException($"cannot listen for health checks on {host}:{port}: {cause.Message} Choose another port (--http-port, broker.http.port).", cause);
        }

        var bound = new Uri(web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());
        return new HealthEndpoint(web, string.Create(CultureInfo.InvariantCulture, $"{bound.Host}:{bound.Port}"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_web is not null)
        {
            await _web.StopAsync().ConfigureAwait(false);
            await _web.DisposeAsync().ConfigureAwait(false);
        }
    }
}
