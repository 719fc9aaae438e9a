plugins {
    alias(libs.plugins.kotlin.jvm)
}

val coroutines = "1.7.3"

dependencies {
    implementation(project(":core"))
    implementation(platform("org.springframework.boot:spring-boot-dependencies:3.2.0"))
    implementation(libs.kotlin.stdlib)
    implementation("org.jetbrains.kotlinx:kotlinx-coroutines-core:$coroutines")
    // implementation("commented:out:1.0")
    api("com.google.guava:guava:32.+")
    testImplementation(libs.kotest.runner)
    testImplementation("io.mockk:mockk:1.13.8")
}
